using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>Debian's mosquitto clients against the gateway.</summary>
internal static class Mosquitto
{
    public static string ReportWithPorts(long reportId, params int[] ports)
    {
        string list = string.Join(',', ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"{{\"port\":{port}}}")));
        return "{\"header\":{\"report_id\":" + reportId.ToString(CultureInfo.InvariantCulture) + ",\"version\":\"1.0\"},"
            + "\"metrics\":{\"listening_tcp_ports\":{\"ports\":[" + list + "]}}}";
    }

    public static string ReportTopic(string thing, string suffix = "") => $"$aws/things/{thing}/defender/metrics/json{suffix}";

    /// <summary>Publishes at QoS 1; returns when the gateway has acknowledged.</summary>
    public static async Task PublishReportAsync(RunningGateway gateway, string thing, string report)
    {
        await using ChildProcess publish = ChildProcess.Start(
            "mosquitto_pub", "-p", gateway.MqttPort, "-q", "1", "-t", ReportTopic(thing), "-m", report);
        Assert.True(await publish.WaitForExitAsync() == 0, publish.Transcript);
    }

    /// <summary>Subscribes to a topic filter; the messages are its lines, "topic payload".</summary>
    public static async Task<ChildProcess> SubscribeAsync(RunningGateway gateway, string filter)
    {
        // -d prints the SUBACK, after which nothing is missed; stdbuf keeps lines from waiting in a pipe.
        ChildProcess subscriber = ChildProcess.Start(
            "stdbuf", "-oL", "mosquitto_sub", "-p", gateway.MqttPort, "-q", "1", "-v", "-d", "-t", filter);
        await subscriber.WaitForOutputAsync("Subscribed (mid: 1)");
        return subscriber;
    }
}
