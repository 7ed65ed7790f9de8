using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Client;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>Whether the gateway takes the driver's report: to measure how fast it rejects it would say nothing.</summary>
internal static class Acceptance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends a report as the driver does and waits for its answer.</summary>
    /// <exception cref="InvalidOperationException">The answer is not that it was accepted; the message has it.</exception>
    public static async Task EnsureAsync(ServerProcess gateway)
    {
        const string Thing = "check-00000";
        using var patience = new CancellationTokenSource(Patience);
        await using MqttClient client = await MqttClient.ConnectAsync(
            new MqttClientOptions { Host = "127.0.0.1", Port = gateway.Port, ClientId = Thing }, patience.Token);
        foreach (string answer in new[] { "accepted", "rejected" })
            await client.SubscribeAsync($"$aws/things/{Thing}/defender/metrics/json/{answer}", MqttQoS.AtLeastOnce, patience.Token);
        await client.PublishAsync(
            $"$aws/things/{Thing}/defender/metrics/json", BenchmarkReport.Json(shortNames: true), MqttQoS.AtLeastOnce, patience.Token);
        MqttMessage message = await client.Messages.ReadAsync(patience.Token);
        if (!message.Topic.EndsWith("/accepted", StringComparison.Ordinal))
            throw new InvalidOperationException($"The gateway does not take the report: {Encoding.UTF8.GetString(message.Payload.Span)}");
    }
}
