using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Collectors;

/// <summary>How many rows the lists of a report hold; the totals are true in any case.</summary>
/// <param name="Ports">Listening ports, for each of TCP and UDP.</param>
/// <param name="Connections">Established connections.</param>
internal readonly record struct ReportCaps(int Ports, int Connections)
{
    /// <summary>More rows than this never fit into a message.</summary>
    public const int Max = 5000;

    public static ReportCaps Default { get; } = new(Report.DefaultRows, Report.DefaultRows);
}
