using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Alerts;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Export;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Ingest;

/// <summary>
/// What follows from a report beside the thing's own state: kept values, data for models, exports and alerts, all put into
/// the batch that stores the report. One owner.
/// </summary>
internal sealed class ReportRecorder(
    ControlPlane control, MetricLog metrics, TrainingLedger training, MetricsExporter exporter, AlertRouter alerts, Outbox outbox)
{
    private readonly List<ExportedDatapoint> _exported = [];

    /// <summary>Whether what follows from a thing's next report may need the store to be read.</summary>
    public static bool MayRead(ThingRecord thing, DateTimeOffset at) => MetricLog.MayMerge(thing, at);

    /// <summary>Puts what follows from the values of a report into a batch.</summary>
    /// <exception cref="StoreException">Stored values could not be read.</exception>
    public void Record(ThingRecord thing, ThingProfiles profiles, DatapointBuffer datapoints, DateTimeOffset at, StoreBatch changes)
    {
        metrics.Record(thing, profiles, datapoints, at, changes);
        training.Count(profiles, datapoints.Datapoints, at);
        foreach (MetricsExport export in profiles.Exports)
            exporter.Export(export, thing.Name, datapoints, at, changes);
    }

    /// <summary>The same for what a period gave for a client.</summary>
    /// <exception cref="StoreException">Stored values could not be read.</exception>
    public void Record(ThingRecord thing, ThingProfiles profiles, ClientPeriod period, StoreBatch changes)
    {
        metrics.Record(thing, profiles, period.Datapoints, period.End, changes);
        training.Count(profiles, period.Datapoints.Datapoints, period.End);
        foreach (MetricsExport export in profiles.Exports)
        {
            _exported.Clear();
            period.CopyExported(export, _exported);
            exporter.Export(export.Config.MqttTopic, thing.Name, _exported, changes);
        }
    }

    /// <summary>Puts the alerts of events into the batch that stores them.</summary>
    public void Alert(IReadOnlyList<ViolationEvent> events, StoreBatch changes)
    {
        foreach (ViolationEvent violation in events)
        {
            // A profile that is deleted tells nobody any more.
            if (control.State.Profiles.TryGet(violation.SecurityProfileName, out ProfileResource? profile))
                alerts.Route(violation, profile.Profile.SnsAlertTarget?.AlertTargetArn, changes);
        }
    }

    /// <summary>Puts in what is stored once for a whole batch: call it right before the batch is stored.</summary>
    public void Complete(StoreBatch changes) => training.Save(changes);

    /// <summary>Puts in what waits for time to pass: call it each minute or so.</summary>
    public void Flush(StoreBatch changes)
    {
        training.Keep(control.State.Profiles);
        alerts.Flush(changes);
    }

    /// <summary>A batch is stored and not cleared yet.</summary>
    public void Stored(StoreBatch changes)
    {
        metrics.Stored(changes);
        training.Saved();
        alerts.Committed(changes);
        outbox.Committed(changes);
    }
}
