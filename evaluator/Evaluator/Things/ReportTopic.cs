using System;
using System.Buffers;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Things;

/// <summary>
/// The topic that a device publishes reports to, <c>$aws/things/{thing}/defender/metrics/{json|cbor}</c>, and the two that the
/// gateway answers on. The thing is the one in the topic, whoever publishes.
/// </summary>
public readonly ref struct ReportTopic
{
    /// <summary>Creates the topic of a thing.</summary>
    /// <param name="thing">In UTF-8, as in the topic; it need not be valid.</param>
    /// <param name="format">The last level.</param>
    public ReportTopic(ReadOnlySpan<byte> thing, ReportFormat format)
    {
        Thing = thing;
        Format = format;
    }

    /// <summary>
    /// The thing's level, in UTF-8: possibly empty or otherwise invalid (R19), which
    /// <see cref="ThingName.IsValid(ReadOnlySpan{byte}, out ThingNameError)"/> tells.
    /// </summary>
    public ReadOnlySpan<byte> Thing { get; }

    /// <summary>The encoding of the report and of its answer.</summary>
    public ReportFormat Format { get; }

    private static ReadOnlySpan<byte> Prefix => "$aws/things/"u8;

    private ReadOnlySpan<byte> Suffix => Format == ReportFormat.Json ? "/defender/metrics/json"u8 : "/defender/metrics/cbor"u8;

    /// <summary>
    /// Whether reports are published to the topic. Not to one with a further level or a wildcard: MQTT has no wildcards in the
    /// topic of a PUBLISH, and the answer's topic must never be one.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> topic, out ReportTopic reportTopic)
    {
        reportTopic = default;
        if (!topic.StartsWith(Prefix))
            return false;
        ReadOnlySpan<byte> rest = topic[Prefix.Length..];
        int slash = rest.IndexOf((byte)'/');
        if (slash < 0)
            return false;
        reportTopic = new(rest[..slash], rest.EndsWith("cbor"u8) ? ReportFormat.Cbor : ReportFormat.Json);
        return rest[slash..].SequenceEqual(reportTopic.Suffix) && !reportTopic.Thing.ContainsAny((byte)'+', (byte)'#');
    }

    /// <summary>Writes the topic itself.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        output.Write(Prefix);
        output.Write(Thing);
        output.Write(Suffix);
    }

    /// <summary>Writes the topic of the answer to an accepted report.</summary>
    public void WriteAccepted(IBufferWriter<byte> output)
    {
        Write(output);
        output.Write("/accepted"u8);
    }

    /// <summary>Writes the topic of the answer to a rejected report.</summary>
    public void WriteRejected(IBufferWriter<byte> output)
    {
        Write(output);
        output.Write("/rejected"u8);
    }
}
