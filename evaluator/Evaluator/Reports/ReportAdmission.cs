using System;

namespace Defender.Evaluator.Reports;

/// <summary>
/// Decides which reports of a thing are read (R18): at most one in the minimum interval, JSON and CBOR together. Only accepted
/// reports count, so that a broken agent can be told what is wrong. Immutable.
/// </summary>
public sealed class ReportAdmission
{
    /// <summary>Creates the rule.</summary>
    /// <param name="minimumInterval">Least time between accepted reports of a thing. 0: no limit. AWS: 300 s (an adjustable quota).</param>
    /// <param name="slack">How much earlier a report may come, for the jitter of device clocks and networks.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative.</exception>
    public ReportAdmission(TimeSpan minimumInterval, TimeSpan slack)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(slack, TimeSpan.Zero);
        MinimumInterval = minimumInterval;
        Slack = slack;
    }

    /// <summary>AWS's 300 s, and 30 s of slack (CONTRACT R18).</summary>
    public static ReportAdmission Default { get; } = new(TimeSpan.FromSeconds(300), TimeSpan.FromSeconds(30));

    /// <summary>Least time between accepted reports of a thing; 0 for no limit.</summary>
    public TimeSpan MinimumInterval { get; }

    /// <summary>How much earlier a report may come.</summary>
    public TimeSpan Slack { get; }

    /// <summary>Decides about a report, in this order: size, repeat of the last accepted payload, time.</summary>
    /// <param name="state">What is remembered of the thing.</param>
    /// <param name="payload">The payload of the PUBLISH.</param>
    /// <param name="receivedAt">When it came.</param>
    /// <param name="digest">The payload's digest, for <see cref="AdmissionState.Accept"/>; only of a report to be read.</param>
    public AdmissionDecision Decide(
        in AdmissionState state, ReadOnlySpan<byte> payload, DateTimeOffset receivedAt, out PayloadDigest digest)
    {
        digest = default;
        if (payload.Length is 0 or > ReportReader.MaxPayloadLength)
            return AdmissionDecision.ReadToReject;

        digest = PayloadDigest.Of(payload);
        if (state.LastAcceptedAt is not { } lastAcceptedAt)
            return AdmissionDecision.Read;
        if (digest == state.LastPayload)
            return AdmissionDecision.AcceptUnread;

        // A clock that was set back must not lock the fleet out until it has caught up.
        TimeSpan elapsed = receivedAt - lastAcceptedAt;
        return elapsed >= TimeSpan.Zero && elapsed < MinimumInterval - Slack ? AdmissionDecision.Throttle : AdmissionDecision.Read;
    }
}
