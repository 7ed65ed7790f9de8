using System;
using System.Text;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Reports;

/// <summary>
/// What a report says: filled by a <see cref="ReportReader"/>, cleared and filled again by the next read, without allocation
/// once it has grown to the reports of its fleet. Not thread-safe.
/// </summary>
public sealed class Report
{
    private readonly GrowingList<DroppedMetric> _dropped = new(8);
    private readonly GrowingList<byte> _droppedNames = new(128);

    /// <summary>
    /// Whether <see cref="ReportId"/> is known. Also set for a rejected report that is well-formed and whose header has a
    /// report id that can be read: the answer echoes it.
    /// </summary>
    public bool HasReportId { get; private set; }

    /// <summary>0 to 2^63-1; not unique and not increasing, whatever the guide says (CONTRACT a.5).</summary>
    public long ReportId { get; private set; }

    /// <summary>The datapoints (CONTRACT a.8); none of a rejected report.</summary>
    public DatapointBuffer Datapoints { get; } = new();

    /// <summary>The datapoints that were dropped, in the order of the report; none of a rejected report.</summary>
    public ReadOnlySpan<DroppedMetric> Dropped => _dropped.Span;

    /// <summary>The name, in ASCII, of a metric whose datapoint was dropped.</summary>
    public ReadOnlySpan<byte> NameOf(in DroppedMetric dropped) => _droppedNames.Span.Slice(dropped.NameStart, dropped.NameLength);

    /// <summary>Forgets everything, keeps the memory.</summary>
    public void Clear()
    {
        ForgetReportId();
        ForgetContent();
    }

    internal void SetReportId(long reportId)
    {
        ReportId = reportId;
        HasReportId = true;
    }

    internal void ForgetReportId()
    {
        ReportId = 0;
        HasReportId = false;
    }

    internal void ForgetContent()
    {
        Datapoints.Clear();
        _dropped.Clear();
        _droppedNames.Clear();
    }

    internal void Drop(ReadOnlySpan<byte> name, DropReason reason) =>
        _dropped.Add(new(reason, _droppedNames.AddRange(name), name.Length));

    internal void Drop(Metric metric, DropReason reason)
    {
        Span<byte> name = stackalloc byte[MetricCatalog.MaxNameLength];
        Drop(name[..Encoding.ASCII.GetBytes(metric.Name, name)], reason);
    }
}
