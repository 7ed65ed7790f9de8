namespace Defender.Agent.Linux.Diagnosis;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>As it should be.</summary>
    Good,

    /// <summary>The agent works, but less well or not for long.</summary>
    Warning,

    /// <summary>The agent does not work.</summary>
    Failure,
}
