namespace Defender.Evaluator.Reports;

/// <summary>What to do with a report before it is read (R18).</summary>
public enum AdmissionDecision
{
    /// <summary>Read it; if it is accepted, <see cref="AdmissionState.Accept"/> it.</summary>
    Read,

    /// <summary>
    /// Read it to get its error: it is empty or too large (R01), and that is said before anything about its time. The reader
    /// rejects it, so that the state stays as it is.
    /// </summary>
    ReadToReject,

    /// <summary>
    /// It is the last accepted payload again, by a redelivery of MQTT or a retry of the agent: answer accepted, use no
    /// datapoint, leave the state as it is.
    /// </summary>
    AcceptUnread,

    /// <summary>It comes too soon: answer rejected with code <c>Throttled</c>, leave the state as it is.</summary>
    Throttle,
}
