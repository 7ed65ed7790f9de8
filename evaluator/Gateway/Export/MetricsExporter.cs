using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Export;

/// <summary>
/// Puts the values that profiles export into the batch of their report. They wait in the store, up to
/// <see cref="MaxWaiting"/> reports for a topic, until they are published; what comes on top is left out and logged. One
/// owner, but for <see cref="WaitForPressureAsync"/>.
/// </summary>
internal sealed class MetricsExporter(Outbox outbox, TimeProvider timeProvider, LogBudget budget, ILogger<MetricsExporter> logger)
{
    /// <summary>What values wait for, before the topic.</summary>
    public const string DestinationPrefix = "export:";

    /// <summary>Reports that wait for a topic.</summary>
    public const int MaxWaiting = 100_000;

    // From here on values are published before their time.
    private const int Pressure = MaxWaiting / 2;

    // Topics that are remembered as reported; the ones after stay unreported.
    private const int MaxReported = 1000;

    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);
    private readonly Channel<bool> _pressure = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<ExportedDatapoint> _exported = [];
    private long _leftOut;

    /// <summary>Reports whose values were left out since the start.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Puts the values of one report that a profile exports into the batch that stores the report.</summary>
    /// <param name="export">What is exported, and where to.</param>
    /// <param name="thingName">The thing.</param>
    /// <param name="datapoints">All values of the report.</param>
    /// <param name="at">When it came.</param>
    /// <param name="changes">The batch.</param>
    public void Export(MetricsExport export, string thingName, DatapointBuffer datapoints, DateTimeOffset at, StoreBatch changes)
    {
        _exported.Clear();
        foreach (ref readonly Datapoint datapoint in datapoints.Datapoints)
        {
            foreach (MetricSeries series in export.Series)
            {
                // By name: the profile may be older than the catalog that the report was read by.
                if (series.Metric.Name == datapoint.Metric.Name && series.Metric.Kind == datapoint.Metric.Kind && series.Dimension == datapoint.Dimension)
                    _exported.Add(new ExportedDatapoint(datapoint.Metric.Name, datapoints.ToMetricValue(datapoint), at) { Dimension = datapoint.Dimension });
            }
        }

        Export(export.Config.MqttTopic, thingName, _exported, changes);
    }

    /// <summary>Puts the values of one report into the batch that stores the report.</summary>
    /// <param name="topic">The topic of the profile's metricsExportConfig.</param>
    /// <param name="thingName">The thing.</param>
    /// <param name="datapoints">Its values that the profile exports; nothing happens when there are none.</param>
    /// <param name="changes">The batch.</param>
    public void Export(string topic, string thingName, IReadOnlyCollection<ExportedDatapoint> datapoints, StoreBatch changes)
    {
        if (datapoints.Count == 0 || !MayPublish(topic))
            return;
        string destination = DestinationPrefix + topic;
        long waiting = outbox.CountWaiting(destination);
        if (waiting >= Pressure)
            _pressure.Writer.TryWrite(true);
        if (waiting >= MaxWaiting)
        {
            Interlocked.Increment(ref _leftOut);
            if (budget.TryTake(LogSubject.Export, out string leftOut))
                logger.ExportLeftOut(Printable.Escape(thingName), Printable.Escape(topic), waiting, LeftOut, leftOut);
            return;
        }

        // Without an id: values of many reports go out as one message, and their versions tell receivers what comes twice.
        changes.Outbox.Add(new OutboxMessage(destination, "", ExportEntries.ToUtf8Json(thingName, datapoints), timeProvider.GetUtcNow()));
    }

    /// <summary>Waits until so much waits that it should be published before its time.</summary>
    public async Task WaitForPressureAsync(CancellationToken cancellationToken) => await _pressure.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    private bool MayPublish(string topic)
    {
        if (OutgoingTopic.IsAllowed(topic, out string? reason))
            return true;
        if (_reported.Count < MaxReported && _reported.Add(topic))
            logger.ExportTopicRefused(Printable.Escape(topic), reason);
        return false;
    }
}
