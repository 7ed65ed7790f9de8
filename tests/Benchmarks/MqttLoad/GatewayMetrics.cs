using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>The gateway's own counters, as <c>/metrics</c> shows them in Prometheus' text; what it does not show is null.</summary>
internal static class GatewayMetrics
{
    /// <summary>Bytes allocated on the managed heap since the start.</summary>
    public const string AllocatedBytes = "dotnet_gc_heap_total_allocated_bytes_total";

    /// <summary>Reports that were judged and stored.</summary>
    public const string JudgedReports = "defender_reports_total{outcome=\"accepted\"}";

    /// <summary>The sum of a counter over its labels.</summary>
    public static double? Read(ServerProcess server, string name)
    {
        if (server.HttpPort == 0)
            return null;
        using var client = new HttpClient();
        using HttpResponseMessage response = client.Send(
            new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{server.HttpPort}/metrics")));
        if (!response.IsSuccessStatusCode)
            return null;
        using var reader = new System.IO.StreamReader(response.Content.ReadAsStream());
        double[] values = [.. reader.ReadToEnd().Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))];
        return values.Length == 0 ? null : values.Sum();
    }
}
