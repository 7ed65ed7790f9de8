using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports;

/// <summary>
/// The answer to a report (CONTRACT a.4), published to the topics of <see cref="Things.ReportTopic"/>. Codes, messages and the
/// order of members are AWS's; what AWS does not say stands in members of our own, so that no client that compares texts breaks.
/// </summary>
public readonly ref struct ReportAnswer
{
    /// <summary>Creates the answer.</summary>
    /// <param name="format">The encoding of the report.</param>
    /// <param name="thingName">The thing of the topic, in well-formed UTF-8.</param>
    /// <param name="reportId">The report's id, where its header could be read.</param>
    /// <param name="timestamp">When the report was answered; written in milliseconds.</param>
    public ReportAnswer(ReportFormat format, ReadOnlySpan<byte> thingName, long? reportId, DateTimeOffset timestamp)
    {
        Format = format;
        ThingName = thingName;
        ReportId = reportId;
        Timestamp = timestamp;
    }

    /// <summary>The encoding of the report and of this answer.</summary>
    public ReportFormat Format { get; }

    /// <summary>The thing of the topic, in UTF-8.</summary>
    public ReadOnlySpan<byte> ThingName { get; }

    /// <summary>The report's id, or null where its header could not be read.</summary>
    public long? ReportId { get; }

    /// <summary>When the report was answered.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>Writes the answer to an accepted report.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="report">
    /// The report: where datapoints of it were dropped, the member <c>droppedMetrics</c> lists them with the reason, which AWS
    /// leaves the user to guess. Null for the plain answer.
    /// </param>
    public void WriteAccepted(IBufferWriter<byte> output, Report? report = null)
    {
        if (Format == ReportFormat.Json)
            WriteAccepted(new JsonDocumentWriter(output), report);
        else
            WriteAccepted(new CborDocumentWriter(output), report);
    }

    /// <summary>Writes the answer to a report that breaks a rule.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="detail">
    /// What is wrong with it, for the member <c>Detail</c>: <see cref="ReportError.ToString"/>. Null for the plain answer.
    /// </param>
    public void WriteInvalidPayload(IBufferWriter<byte> output, string? detail = null) =>
        WriteRejected(output, "InvalidPayload"u8, "Malformed metrics report"u8, detail);

    /// <summary>Writes the answer to a report that came too soon (R18).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="minimumInterval">The interval it did not keep; the message says it in seconds.</param>
    /// <param name="detail">More about it, for the member <c>Detail</c>; null for the plain answer.</param>
    public void WriteThrottled(IBufferWriter<byte> output, TimeSpan minimumInterval, string? detail = null)
    {
        string seconds = minimumInterval.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        WriteRejected(output, "Throttled"u8, Encoding.ASCII.GetBytes($"Metrics reports are accepted once in {seconds} seconds"), detail);
    }

    private void WriteAccepted<TWriter>(TWriter writer, Report? report)
        where TWriter : struct, IDocumentWriter
    {
        ReadOnlySpan<DroppedMetric> dropped = report is null ? default : report.Dropped;
        Begin(ref writer, "ACCEPTED"u8, otherMembers: dropped.IsEmpty ? 0 : 1);
        WriteTimestamp(ref writer);
        if (!dropped.IsEmpty)
        {
            // DEV-04. Behind all members of AWS, where a client that reads by position does not trip.
            writer.Name("droppedMetrics"u8);
            writer.BeginList(dropped.Length);
            foreach (DroppedMetric metric in dropped)
            {
                writer.BeginObject(2);
                writer.Name("metricName"u8);
                writer.Text(report!.NameOf(metric));
                writer.Name("reason"u8);
                writer.Text(Encoding.UTF8.GetBytes(metric.Reason.ToText()));
                writer.EndObject();
            }

            writer.EndList();
        }

        writer.EndObject();
    }

    private void WriteRejected(IBufferWriter<byte> output, ReadOnlySpan<byte> code, ReadOnlySpan<byte> message, string? detail)
    {
        if (Format == ReportFormat.Json)
            WriteRejected(new JsonDocumentWriter(output), code, message, detail);
        else
            WriteRejected(new CborDocumentWriter(output), code, message, detail);
    }

    private void WriteRejected<TWriter>(TWriter writer, ReadOnlySpan<byte> code, ReadOnlySpan<byte> message, string? detail)
        where TWriter : struct, IDocumentWriter
    {
        Begin(ref writer, "REJECTED"u8, otherMembers: 1);
        writer.Name("statusDetails"u8);
        writer.BeginObject(detail is null ? 2 : 3);
        writer.Name("ErrorCode"u8);
        writer.Text(code);
        writer.Name("ErrorMessage"u8);
        writer.Text(message);
        if (detail is not null)
        {
            writer.Name("Detail"u8); // DEV-03
            writer.Text(Encoding.UTF8.GetBytes(detail));
        }

        writer.EndObject();
        WriteTimestamp(ref writer);
        writer.EndObject();
    }

    private void Begin<TWriter>(ref TWriter writer, ReadOnlySpan<byte> status, int otherMembers)
        where TWriter : struct, IDocumentWriter
    {
        // thingName, status and timestamp are always there.
        writer.BeginObject(3 + (ReportId.HasValue ? 1 : 0) + otherMembers);
        writer.Name("thingName"u8);
        writer.Text(ThingName);
        if (ReportId is { } reportId)
        {
            writer.Name("reportId"u8);
            writer.Integer(reportId);
        }

        writer.Name("status"u8);
        writer.Text(status);
    }

    private void WriteTimestamp<TWriter>(ref TWriter writer)
        where TWriter : struct, IDocumentWriter
    {
        writer.Name("timestamp"u8);
        writer.Integer(Timestamp.ToUnixTimeMilliseconds());
    }
}
