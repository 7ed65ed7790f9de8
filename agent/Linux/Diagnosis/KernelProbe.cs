using System.Collections.Generic;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Says where sockets and counters are read from here, and what would be cheaper.</summary>
internal static class KernelProbe
{
    private const string Netlink = "netlink";

    /// <param name="options">How the kernel is to be asked.</param>
    /// <param name="isRoot">Whether the commands are for root.</param>
    public static List<Finding> Run(CollectorOptions options, bool isRoot)
    {
        KernelSources sources = KernelSources.Choose(options);
        bool isChosen = options.KernelPath == KernelPath.Proc;
        return
        [
            Of("inet_diag", "TCP sockets", sources.Tcp, isChosen ? "" : KernelModules.LoadCommand("tcp_diag", isRoot)),
            Of("udp_diag", "UDP sockets", sources.Udp, isChosen ? "" : KernelModules.LoadCommand("udp_diag", isRoot)),
            Of("addresses", "interfaces and addresses", sources.Interfaces, ""),
            Of("rtm_getstats", "traffic counters", sources.Counters, ""),
        ];
    }

    // Both ways give the same report; the text files cost more, which is all right where the kernel has nothing else.
    private static Finding Of(string subject, string what, string source, string mend) =>
        source == Netlink ? Finding.Good(subject, $"{what} come by netlink")
        : mend.Length > 0 ? Finding.Warning(subject, $"{what} come from {source}, at a higher cost", mend)
        : Finding.Good(subject, $"{what} come from {source}: the same report, at a higher cost");
}
