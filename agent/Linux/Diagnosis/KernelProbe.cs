using System.Collections.Generic;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Says where sockets and counters are read from here, and what would be cheaper.</summary>
internal static class KernelProbe
{
    private const string Netlink = "netlink";

    public static List<Finding> Run(CollectorOptions options)
    {
        KernelSources sources = KernelSources.Choose(options);
        return
        [
            Of("inet_diag", "TCP sockets", sources.Tcp, "modprobe tcp_diag && echo tcp_diag > /etc/modules-load.d/defender-agent.conf"),
            Of("udp_diag", "UDP sockets", sources.Udp, "modprobe udp_diag && echo udp_diag >> /etc/modules-load.d/defender-agent.conf"),
            Of("addresses", "interfaces and addresses", sources.Interfaces, "grep -w NETLINK /proc/net/protocols"),
            Of("rtm_getstats", "traffic counters", sources.Counters, "uname -r"),
        ];
    }

    // Both ways give the same report; the text files cost more.
    private static Finding Of(string subject, string what, string source, string mend) => source == Netlink
        ? Finding.Good(subject, $"{what} come by netlink")
        : Finding.Warning(subject, $"{what} come from {source}, at a higher cost", mend);
}
