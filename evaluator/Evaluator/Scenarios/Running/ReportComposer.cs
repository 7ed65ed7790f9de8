using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Scenarios.Running;

/// <summary>
/// Writes the report that a device would send to say these values. Lists bring their counts with them, as a device's
/// do, unless the count is given too.
/// </summary>
internal static class ReportComposer
{
    /// <summary>Destinations need a port, which no metric tells.</summary>
    private const int RemotePort = 443;

    /// <param name="reportId">Makes equal values different payloads.</param>
    /// <param name="readings">Each metric at most once; numbers are written as they stand.</param>
    public static byte[] Compose(long reportId, ImmutableArray<MetricReading> readings)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteStartObject("header");
        writer.WriteNumber("report_id", reportId);
        writer.WriteString("version", "1.0");
        writer.WriteEndObject();
        writer.WriteStartObject("metrics");
        WritePorts(writer, "listening_tcp_ports", readings, BuiltInMetrics.ListeningTcpPorts, BuiltInMetrics.NumListeningTcpPorts);
        WritePorts(writer, "listening_udp_ports", readings, BuiltInMetrics.ListeningUdpPorts, BuiltInMetrics.NumListeningUdpPorts);
        WriteConnections(writer, readings);
        WriteCounters(writer, readings);
        writer.WriteEndObject();
        WriteCustomMetrics(writer, readings);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePorts(Utf8JsonWriter writer, string name, ImmutableArray<MetricReading> readings, Metric ports, Metric count)
    {
        ScenarioValue? list = Find(readings, ports);
        ScenarioValue? total = Find(readings, count);
        if (list is null && total is null)
            return;
        writer.WriteStartObject(name);
        if (list is not null)
            WriteList(writer, "ports", list, port => writer.WriteRawValue($$"""{"port":{{port}}}"""));
        WriteNumber(writer, "total", total);
        writer.WriteEndObject();
    }

    private static void WriteConnections(Utf8JsonWriter writer, ImmutableArray<MetricReading> readings)
    {
        ScenarioValue? destinations = Find(readings, BuiltInMetrics.DestinationIpAddresses);
        ScenarioValue? total = Find(readings, BuiltInMetrics.NumEstablishedTcpConnections);
        if (destinations is null && total is null)
            return;
        writer.WriteStartObject("tcp_connections");
        writer.WriteStartObject("established_connections");
        if (destinations is not null)
        {
            WriteList(writer, "connections", destinations, address =>
            {
                writer.WriteStartObject();
                writer.WriteString("remote_addr", address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{RemotePort}" : $"{address}:{RemotePort}");
                writer.WriteEndObject();
            });
        }

        WriteNumber(writer, "total", total);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteCounters(Utf8JsonWriter writer, ImmutableArray<MetricReading> readings)
    {
        writer.WriteStartObject("network_stats");
        WriteNumber(writer, "bytes_in", Find(readings, BuiltInMetrics.AllBytesIn));
        WriteNumber(writer, "bytes_out", Find(readings, BuiltInMetrics.AllBytesOut));
        WriteNumber(writer, "packets_in", Find(readings, BuiltInMetrics.AllPacketsIn));
        WriteNumber(writer, "packets_out", Find(readings, BuiltInMetrics.AllPacketsOut));
        writer.WriteEndObject();
    }

    private static void WriteCustomMetrics(Utf8JsonWriter writer, ImmutableArray<MetricReading> readings)
    {
        writer.WriteStartObject("custom_metrics");
        foreach (MetricReading reading in readings.Where(reading => reading.Metric.Side == MetricSide.Custom))
        {
            writer.WriteStartArray(reading.Metric.Name);
            writer.WriteStartObject();
            switch (reading.Metric.Kind)
            {
                case MetricValueKind.Number:
                    WriteNumber(writer, "number", reading.Value);
                    break;
                case MetricValueKind.Numbers:
                    WriteList(writer, "number_list", reading.Value, number => writer.WriteRawValue(number));
                    break;
                case MetricValueKind.Cidrs:
                    WriteList(writer, "ip_list", reading.Value, writer.WriteStringValue);
                    break;
                default:
                    WriteList(writer, "string_list", reading.Value, writer.WriteStringValue);
                    break;
            }

            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static ScenarioValue? Find(ImmutableArray<MetricReading> readings, Metric metric) =>
        readings.FirstOrDefault(reading => reading.Metric == metric)?.Value;

    private static void WriteNumber(Utf8JsonWriter writer, string name, ScenarioValue? value)
    {
        if (value is null)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Members[0]);
    }

    private static void WriteList(Utf8JsonWriter writer, string name, ScenarioValue value, Action<string> write)
    {
        writer.WriteStartArray(name);
        foreach (string member in value.Members)
            write(member);
        writer.WriteEndArray();
    }
}
