using System.Collections.Generic;

namespace Defender.Agent.Linux.Collectors;

/// <summary>What is collected and how.</summary>
internal sealed class CollectorOptions
{
    /// <summary>Rows that the lists of a report hold (default 500 of each); totals are true in any case.</summary>
    public ReportCaps Caps { get; init; } = ReportCaps.Default;

    /// <summary>
    /// Interfaces whose traffic is counted: names in which * and ? stand for any letters and any one (<c>eth*</c>), see
    /// <see cref="InterfacePattern"/>. Empty (the default) counts each byte of the device once: without lo, veth, ifb and the
    /// members of bridges and bonds, and without what rides on an interface that is counted. Otherwise exactly the interfaces
    /// named are counted, lo and members too.
    /// </summary>
    public IReadOnlyList<string> IncludeInterfaces { get; init; } = [];

    /// <summary>Interfaces that are never counted, named likewise; takes precedence over <see cref="IncludeInterfaces"/>.</summary>
    public IReadOnlyList<string> ExcludeInterfaces { get; init; } = [];

    /// <summary>Netlink, /proc or what is there (default).</summary>
    public KernelPath KernelPath { get; init; } = KernelPath.Auto;
}
