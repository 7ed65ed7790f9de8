namespace Defender.Gateway.Telemetry;

/// <summary>What became of a report.</summary>
internal enum ReportOutcome
{
    /// <summary>Judged, stored and answered.</summary>
    Accepted,

    /// <summary>The last accepted one again, byte for byte: answered, not judged (R18).</summary>
    Repeated,

    /// <summary>It breaks a rule.</summary>
    Rejected,

    /// <summary>It came too soon (R18).</summary>
    Throttled,

    /// <summary>It could not be judged or stored; the device sends it again.</summary>
    Failed,
}
