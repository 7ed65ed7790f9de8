using System;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent collect</c>: prints reports, without a gateway.</summary>
internal sealed class CollectArguments
{
    private static readonly OptionSpec OnceOption = new("--once", null, "Print one report and exit 0");
    private static readonly OptionSpec WindowOption =
        new("--window", "TIME", "Time the traffic counters are watched before the first report; 0: without network_stats (default 1s)");
    private static readonly OptionSpec IntervalOption = new("--interval", "TIME", "Time between reports, at least 1s (default 5s)");

    public static Verb Verb { get; } = new(
        "collect",
        "Print reports of this machine to standard output; no gateway needed",
        [OnceOption, ReportArguments.FormatOption, ReportArguments.NamesOption, WindowOption, IntervalOption,
            ReportArguments.PortsOption, ReportArguments.ConnectionsOption],
        """
        A JSON report is one line; CBOR reports are raw bytes, one after the other.
        Without --once it goes on until Ctrl-C. TIME is 500ms, 5s, 5m, 1h or a number of seconds.

        Examples:
          defender-agent collect --once
          defender-agent collect --once --window 0 --names short | python3 -m json.tool
          defender-agent collect --interval 10s --format cbor > reports.cbor
        """);

    public bool Once { get; private init; }

    public ReportArguments Report { get; private init; }

    public TimeSpan Window { get; private init; }

    public TimeSpan Interval { get; private init; }

    public static bool TryRead(
        OptionValues values, [NotNullWhen(true)] out CollectArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        TimeSpan window = TimeSpan.FromSeconds(1);
        TimeSpan interval = TimeSpan.FromSeconds(5);
        TimeSpan second = TimeSpan.FromSeconds(1);
        if (!ReportArguments.TryRead(values, out ReportArguments report, out error)
            || !ReportArguments.TryReadDuration(values, WindowOption, TimeSpan.Zero, TimeSpan.FromHours(1), ref window, out error)
            || !ReportArguments.TryReadDuration(values, IntervalOption, second, TimeSpan.FromHours(24), ref interval, out error))
        {
            return false;
        }

        arguments = new CollectArguments { Once = values.Has(OnceOption.Name), Report = report, Window = window, Interval = interval };
        return true;
    }
}
