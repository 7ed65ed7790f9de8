using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>Stands in for the service behind a plain broker: accepts every report, and remembers the ids in their order.</summary>
internal sealed class Responder : IAsyncDisposable
{
    private readonly MqttClient _client;
    private readonly List<long> _ids = [];
    private readonly Task _answering;

    private Responder(MqttClient client)
    {
        _client = client;
        _answering = AnswerAsync();
    }

    public IReadOnlyList<long> Ids
    {
        get
        {
            lock (_ids)
                return [.. _ids];
        }
    }

    public static async Task<Responder> StartAsync(MosquittoBroker broker)
    {
        MqttClient client = await MqttClient.ConnectAsync(
            new MqttClientOptions { Host = "127.0.0.1", Port = int.Parse(broker.Port, CultureInfo.InvariantCulture), ClientId = "responder" }, default);
        await client.SubscribeAsync("$aws/things/+/defender/metrics/json", MqttQoS.AtLeastOnce, default);
        return new Responder(client);
    }

    /// <summary>Waits until the ids are as they should be.</summary>
    public async Task WaitForAsync(Func<IReadOnlyList<long>, bool> condition, Func<string> describe)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition(Ids))
        {
            if (TimeProvider.System.GetElapsedTime(start) > ChildProcess.Deadline)
                Assert.Fail($"the reports were {string.Join(", ", Ids)}\n{describe()}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _answering;
    }

    private async Task AnswerAsync()
    {
        await foreach (MqttMessage message in _client.Messages.ReadAllAsync(CancellationToken.None))
        {
            using JsonDocument report = JsonDocument.Parse(message.Payload);
            long id = report.RootElement.GetProperty("header").GetProperty("report_id").GetInt64();
            lock (_ids)
                _ids.Add(id);
            string answer = $"{{\"thingName\":\"pump-17\",\"reportId\":{id.ToString(CultureInfo.InvariantCulture)},\"status\":\"ACCEPTED\"}}";
            try
            {
                await _client.PublishAsync(message.Topic + "/accepted", Encoding.UTF8.GetBytes(answer), MqttQoS.AtLeastOnce, default);
            }
            catch (Exception failure) when (failure is MqttException or IOException)
            {
                // The broker was taken away under it.
            }
        }
    }
}
