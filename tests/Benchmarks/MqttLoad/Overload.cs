using System;
using System.Threading.Tasks;
using static Defender.Benchmarks.MqttLoad.MqttBenchmark;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>
/// The gateway is offered three times what it can take: memory must not grow with the offer, what is acknowledged must have been
/// judged, and clients that wait for acknowledgements must keep their connections.
/// </summary>
internal static class Overload
{
    public static async Task MeasureAsync(LoadSettings settings)
    {
        int connections = settings.Number("connections", 1000);
        int window = settings.Number("window", 10);
        TimeSpan span = settings.Seconds(60);
        using ServerProcess server = ServerProcess.StartGateway(settings);
        await Acceptance.EnsureAsync(server);
        using var driver = new LoadDriver(server.Port, window, "over-");
        driver.Connect(connections);
        driver.RunClosed(span / 12);
        LoadResult capacity = driver.RunClosed(span / 12);
        double rate = settings.Number("factor", 3) * (capacity.Acknowledged / capacity.Elapsed.TotalSeconds);

        long resident = server.ResidentKilobytes;
        long highest = resident;
        double? judged = GatewayMetrics.Read(server, GatewayMetrics.JudgedReports);
        LoadResult result = driver.RunOpen(span, rate, () => highest = Math.Max(highest, server.ResidentKilobytes));
        judged = GatewayMetrics.Read(server, GatewayMetrics.JudgedReports) - judged;

        Print($"\nOverload: {rate:0} reports a second offered for {span.TotalSeconds:0} s on {connections} connections, up to {window} in flight each\n");
        Print($"| offered | sent | acknowledged | judged | ack p50 ms | ack p99 ms | disconnects | resident MB before | growth MB |");
        Print($"| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        Print($"| {result.Offered} | {result.Sent} | {result.Acknowledged} | {(judged is { } count ? $"{count:0}" : "not shown")} | {result.Percentile(0.5):0} | {result.Percentile(0.99):0} | {result.Disconnects} | {resident / 1024.0:0.0} | {(highest - resident) / 1024.0:0.0} |");
    }
}
