using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A ready-made custom metric.</summary>
internal sealed class BuiltInMetric(
    string name, CustomMetricType type, string unit, string meaning, bool needsWholeProc, bool needsOtherProcesses, Func<string, IMetricSource> open)
{
    /// <summary>In the configuration and in the report; what <c>aws iot create-custom-metric</c> has to be given.</summary>
    public string Name { get; } = name;

    /// <summary>AWS's type.</summary>
    public CustomMetricType Type { get; } = type;

    /// <summary>Of its numbers, or the form of its texts.</summary>
    public string Unit { get; } = unit;

    /// <summary>One line.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>Whether it reads files of /proc that <c>ProcSubset=pid</c> hides.</summary>
    public bool NeedsWholeProc { get; } = needsWholeProc;

    /// <summary>Whether it looks at other processes, which <c>ProtectProc=invisible</c> hides.</summary>
    public bool NeedsOtherProcesses { get; } = needsOtherProcesses;

    /// <summary>Makes its source.</summary>
    public Func<string, IMetricSource> Open { get; } = open;
}
