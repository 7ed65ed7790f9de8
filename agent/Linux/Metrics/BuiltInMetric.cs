using System;

namespace Defender.Agent.Linux.Metrics;

/// <summary>A ready-made custom metric.</summary>
/// <param name="Name">In the configuration and in the report; what <c>aws iot create-custom-metric</c> has to be given.</param>
/// <param name="Type">AWS's type.</param>
/// <param name="Unit">Of its numbers, or the form of its texts.</param>
/// <param name="Meaning">One line.</param>
/// <param name="NeedsWholeProc">Whether it reads files of /proc that <c>ProcSubset=pid</c> hides.</param>
/// <param name="NeedsOtherProcesses">Whether it looks at other processes, which <c>ProtectProc=invisible</c> hides.</param>
/// <param name="Open">Makes its source.</param>
internal sealed record BuiltInMetric(
    string Name, CustomMetricType Type, string Unit, string Meaning, bool NeedsWholeProc, bool NeedsOtherProcesses, Func<string, IMetricSource> Open);
