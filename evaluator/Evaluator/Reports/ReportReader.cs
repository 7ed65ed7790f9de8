using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports.Grammar;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports;

/// <summary>
/// Reads device reports (R01 to R17) in JSON and CBOR: in one pass, without recursion, and without allocation once it has
/// read reports as large as these. Keep one for each worker: it is not thread-safe.
/// </summary>
public sealed class ReportReader
{
    /// <summary>Largest payload, bytes. AWS IoT: 128 KiB a message.</summary>
    public const int MaxPayloadLength = 131072;

    private readonly ReportScratch _scratch = new();
    private readonly Report _headerOnly = new();

    /// <summary>Reads a report.</summary>
    /// <param name="payload">The payload of the PUBLISH.</param>
    /// <param name="format">The encoding that its topic names.</param>
    /// <param name="metrics">The account's metrics: custom metrics that are not among them are dropped (R16).</param>
    /// <param name="report">Cleared, then filled. Of a rejected report it holds at most the report id.</param>
    /// <param name="error">
    /// Why the report is rejected. A payload that is not well-formed is rejected for that, wherever the fault stands; else the
    /// first rule broken, in the order of the payload.
    /// </param>
    /// <returns>Whether the report is accepted.</returns>
    public bool TryRead(ReadOnlySpan<byte> payload, ReportFormat format, MetricCatalog metrics, Report report, out ReportError error)
    {
        report.Clear();
        if (payload.Length is 0 or > MaxPayloadLength)
        {
            error = new(ReportRule.R01, 0, "", $"The payload has {payload.Length} bytes; 1 to {MaxPayloadLength} are allowed.");
            if (TryReadReportId(payload, format, out long reportId))
                report.SetReportId(reportId);
            return false;
        }

        if (Walk(payload, format, ReportSchema.Document, metrics, report, out error))
            return true;
        report.ForgetContent();
        return false;
    }

    /// <summary>
    /// Reads a report no further than its header, for the answer to one that is refused unread: throttled (R18), or too large,
    /// then within the first <see cref="MaxPayloadLength"/> bytes.
    /// </summary>
    /// <returns>Whether the header came and has a report id.</returns>
    public bool TryReadReportId(ReadOnlySpan<byte> payload, ReportFormat format, out long reportId)
    {
        if (payload.Length > MaxPayloadLength)
            payload = payload[..MaxPayloadLength];
        _headerOnly.Clear();
        Walk(payload, format, ReportSchema.HeaderDocument, MetricCatalog.BuiltIn, _headerOnly, out _);
        reportId = _headerOnly.ReportId;
        return _headerOnly.HasReportId;
    }

    private bool Walk(
        ReadOnlySpan<byte> payload, ReportFormat format, Slot document, MetricCatalog metrics, Report report, out ReportError error)
    {
        _scratch.Keys.Clear();
        _scratch.Builder.Begin(report, metrics);
        return format == ReportFormat.Json
            ? new ReportWalk<JsonTokens>(new(payload, _scratch.Text), _scratch, report).Run(document, out error)
            : new ReportWalk<CborTokens>(new(payload, _scratch.Text), _scratch, report).Run(document, out error);
    }
}
