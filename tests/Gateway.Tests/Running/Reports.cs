using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Client;

namespace Defender.Gateway.Tests.Running;

/// <summary>Reports and their topics.</summary>
internal static class Reports
{
    public static string Topic(string thing, string format = "json") => $"$aws/things/{thing}/defender/metrics/{format}";

    /// <summary>A report of listening TCP ports.</summary>
    public static byte[] Listening(long id, params int[] ports)
    {
        string list = string.Join(',', ports.Select(port => $"{{\"port\":{port}}}"));
        return Encoding.UTF8.GetBytes(
            "{\"header\":{\"report_id\":" + id + ",\"version\":\"1.0\"},\"metrics\":{\"listening_tcp_ports\":{\"ports\":[" + list + "]}}}");
    }

    /// <summary>Publishes at QoS 1 and returns after the PUBACK.</summary>
    public static Task ReportAsync(this MqttClient client, string thing, byte[] report) =>
        client.PublishAsync(Topic(thing), report, MqttQoS.AtLeastOnce, CancellationToken.None);

    /// <summary>Subscribes to the answers of a thing.</summary>
    public static async Task ListenForAnswersAsync(this MqttClient client, string thing, string format = "json")
    {
        await client.SubscribeAsync($"{Topic(thing, format)}/accepted", MqttQoS.AtLeastOnce, CancellationToken.None);
        await client.SubscribeAsync($"{Topic(thing, format)}/rejected", MqttQoS.AtLeastOnce, CancellationToken.None);
    }

    /// <summary>The next message, with the last level of its topic.</summary>
    public static async Task<(string Kind, byte[] Payload)> NextAsync(this MqttClient client)
    {
        MqttMessage message = await client.Messages.ReadAsync().AsTask().WaitAsync(TestGateway.Deadline);
        return (message.Topic[(message.Topic.LastIndexOf('/') + 1)..], message.Payload.ToArray());
    }

    /// <summary>The next message as JSON.</summary>
    public static async Task<JsonElement> NextJsonAsync(this MqttClient client)
    {
        (_, byte[] payload) = await client.NextAsync();
        return JsonDocument.Parse(payload).RootElement;
    }
}
