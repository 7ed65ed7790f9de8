using System;
using System.Collections.Generic;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Export;

namespace Defender.Gateway.CloudMetrics;

/// <summary>The values that one period gave for one client; reused. Not thread-safe.</summary>
internal sealed class ClientPeriod
{
    private readonly List<(MetricDimension? Dimension, long Total)> _messageBytes = [];
    private ClientCounters? _client;

    public string ClientId => _client!.ClientId;

    public ReadOnlySpan<byte> ClientIdUtf8 => _client!.ClientIdUtf8;

    /// <summary>End of the period.</summary>
    public DateTimeOffset End { get; private set; }

    public DatapointBuffer Datapoints { get; } = new();

    public void Begin(ClientCounters client, DateTimeOffset end)
    {
        Clear();
        _client = client;
        End = end;
    }

    public void Clear()
    {
        Datapoints.Clear();
        _messageBytes.Clear();
    }

    /// <summary>
    /// Adds the smallest and the largest message as two datapoints: any message that violates is a violation, and where one of
    /// them does, one of these two does (CONTRACT b).
    /// </summary>
    public void AddMessageSizes(MetricDimension? dimension, int smallest, int largest, long total)
    {
        Datapoints.AddCount(BuiltInMetrics.MessageByteSize, smallest, dimension);
        Datapoints.AddCount(BuiltInMetrics.MessageByteSize, largest, dimension);
        _messageBytes.Add((dimension, total));
    }

    /// <summary>Adds the set of addresses where there is one.</summary>
    public void AddAddresses(MetricDimension? dimension, in AddressSet addresses)
    {
        if (addresses.Count == 0)
            return;
        Span<IpAddress> members = stackalloc IpAddress[addresses.Count];
        addresses.CopyTo(members);
        Datapoints.AddAddresses(BuiltInMetrics.SourceIpAddress, members, dimension);
    }

    /// <summary>Adds what a profile exports. Message sizes go out as three entries: smallest, largest and total (CONTRACT g).</summary>
    public void CopyExported(MetricsExport export, ICollection<ExportedDatapoint> exported)
    {
        foreach (MetricSeries series in export.Series)
        {
            bool isFirst = true;
            foreach (ref readonly Datapoint datapoint in Datapoints.Datapoints)
            {
                if (datapoint.Metric != series.Metric || datapoint.Dimension != series.Dimension)
                    continue;
                string part = datapoint.Metric != BuiltInMetrics.MessageByteSize ? "" : isFirst ? "-min" : "-max";
                exported.Add(Exported(datapoint.Metric.Name + part, Datapoints.ToMetricValue(datapoint), series.Dimension));
                isFirst = false;
            }

            if (series.Metric == BuiltInMetrics.MessageByteSize && !isFirst)
                exported.Add(Exported(series.Metric.Name + "-total", MetricValue.OfCount(TotalOf(series.Dimension)), series.Dimension));
        }
    }

    private long TotalOf(MetricDimension? dimension) => _messageBytes.Find(entry => entry.Dimension == dimension).Total;

    private ExportedDatapoint Exported(string name, MetricValue value, MetricDimension? dimension) => new(name, value, End) { Dimension = dimension };
}
