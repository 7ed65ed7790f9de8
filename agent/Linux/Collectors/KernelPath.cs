namespace Defender.Agent.Linux.Collectors;

/// <summary>How the kernel is asked. Both ways give the same report; the log names the one in use.</summary>
internal enum KernelPath
{
    /// <summary>Netlink where the kernel has it, /proc for the rest, decided for each table at the start (default).</summary>
    Auto,

    /// <summary>Netlink only: what the kernel lacks stays out of the report, and the log says so.</summary>
    Netlink,

    /// <summary>The text files of /proc/self/net and /sys/class/net only.</summary>
    Proc,
}
