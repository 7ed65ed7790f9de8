using System;
using System.Diagnostics.CodeAnalysis;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;

namespace Defender.Agent.Linux.CommandLine;

/// <summary><c>defender-agent run</c>: reports to a gateway.</summary>
internal sealed class RunArguments
{
    private static readonly OptionSpec EndpointOption =
        new("--endpoint", "mqtt://HOST[:PORT]", "The gateway's MQTT endpoint (port 1883 when none is given); required");
    private static readonly OptionSpec ThingOption =
        new("--thing", "NAME", "The thing to report as, also the MQTT client id; required");
    private static readonly OptionSpec IntervalOption =
        new("--interval", "TIME", "Time between reports, at least 1s (default 300s, which is AWS's minimum)");
    private static readonly OptionSpec OnceOption =
        new("--once", null, "Deliver one report and exit: 0 accepted, 1 rejected or not answered within 30 s");

    public static Verb Verb { get; } = new(
        "run",
        "Report this machine to a gateway until stopped",
        [EndpointOption, ThingOption, IntervalOption, ReportArguments.FormatOption, ReportArguments.NamesOption, OnceOption,
            ReportArguments.PortsOption, ReportArguments.ConnectionsOption],
        """
        Each report and its answer are logged to standard error. While the gateway is away the agent keeps trying and says so
        once a minute. SIGINT and SIGTERM disconnect and exit 0 (1 with --once). TIME is 5s, 5m, 1h or a number of seconds.

        Examples:
          defender-agent run --endpoint mqtt://127.0.0.1 --thing pump-17
          defender-agent run --endpoint mqtt://gateway.local:1883 --thing pump-17 --interval 5m --format cbor --names short
          defender-agent run --endpoint mqtt://127.0.0.1 --thing pump-17 --once && echo accepted
        """);

    public required Endpoint Endpoint { get; init; }

    public required ReportOptions Options { get; init; }

    public required ReportCaps Caps { get; init; }

    public static bool TryRead(
        OptionValues values, [NotNullWhen(true)] out RunArguments? arguments, [NotNullWhen(false)] out string? error)
    {
        arguments = null;
        if (!TryRequire(values, ThingOption, out string? thingText, out error)
            || !TryReadThing(thingText, out ThingName? thing, out error)
            || !TryRequire(values, EndpointOption, out string? endpointText, out error))
        {
            return false;
        }

        if (!Endpoint.TryParse(endpointText, out Endpoint endpoint, out error))
        {
            error = $"{EndpointOption.Name}: {error}";
            return false;
        }

        TimeSpan interval = TimeSpan.FromSeconds(300);
        if (!ReportArguments.TryRead(values, out ReportArguments report, out error)
            || !ReportArguments.TryReadDuration(
                values, IntervalOption, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24), ref interval, out error))
        {
            return false;
        }

        arguments = new RunArguments
        {
            Endpoint = endpoint,
            Caps = report.Caps,
            Options = new ReportOptions
            {
                Thing = thing,
                Format = report.Format,
                Names = report.Names,
                Interval = interval,
                Once = values.Has(OnceOption.Name),
            },
        };
        return true;
    }

    private static bool TryRequire(
        OptionValues values, OptionSpec option, [NotNullWhen(true)] out string? text, [NotNullWhen(false)] out string? error)
    {
        bool isGiven = values.TryGet(option.Name, out text);
        error = isGiven ? null : $"{option.Name} is missing: {option.Usage}";
        return isGiven;
    }

    private static bool TryReadThing(string text, [NotNullWhen(true)] out ThingName? thing, [NotNullWhen(false)] out string? error)
    {
        bool isValid = ThingName.TryParse(text, out thing, out ThingNameError reason);
        error = isValid ? null : $"{ThingOption.Name}: {reason.Message}";
        return isValid;
    }
}
