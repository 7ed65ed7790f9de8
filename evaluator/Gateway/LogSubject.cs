namespace Defender.Gateway;

/// <summary>What repeated log lines are about; each subject has a budget of its own, so that none hides another.</summary>
internal enum LogSubject
{
    /// <summary>A connection that was closed for what its peer did.</summary>
    Connection,

    /// <summary>An operation of a client that its policies deny.</summary>
    Denial,

    /// <summary>A report with a thing name that is refused.</summary>
    ThingName,

    /// <summary>A report that was rejected.</summary>
    Report,

    /// <summary>An API request that nobody signed who may make it.</summary>
    Refusal,

    /// <summary>An API request that failed through a fault of ours.</summary>
    Request,

    /// <summary>An alert sink that does not take what it is sent, or is sent more than it may be.</summary>
    Alert,

    /// <summary>Metric values that are not exported.</summary>
    Export,

    /// <summary>A client whose policies are not there.</summary>
    Policy,
    /// <summary>A connection that is refused for who its peer is, or is not.</summary>
    Identity,

    /// <summary>What comes from an external broker and is no report, and answers that it does not take.</summary>
    Broker,

    /// <summary>Trouble of our own that comes back with every report or connection.</summary>
    Failure,
}
