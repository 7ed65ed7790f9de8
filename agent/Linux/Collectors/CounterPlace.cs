using System;
using System.Globalization;
using System.IO;
using Defender.Agent.Linux.Files;

namespace Defender.Agent.Linux.Collectors;

/// <summary>What the kernel's traffic counters belong to: they start over with the machine, and each network namespace has its own.</summary>
/// <param name="Boot">Differs from start to start of the machine; <see cref="Guid.Empty"/> where the kernel does not tell.</param>
/// <param name="Namespace">The inode of the network namespace; 0 where it is not known.</param>
internal readonly record struct CounterPlace(Guid Boot, long Namespace)
{
    /// <summary>The place of this process.</summary>
    public static CounterPlace OfThisProcess() => new(ReadBoot(), ReadNamespace());

    // Out of sight where /proc is mounted with subset=pid.
    private static Guid ReadBoot()
    {
        try
        {
            return BootId.TryParse(FileSystem.Read("/proc/sys/kernel/random/boot_id", most: 64), out Guid boot) ? boot : Guid.Empty;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Guid.Empty;
        }
    }

    // The link reads net:[4026531840].
    private static long ReadNamespace()
    {
        string target = FileSystem.LinkTarget("/proc/self/ns/net") ?? "";
        int open = target.IndexOf('[', StringComparison.Ordinal);
        return open >= 0 && target.EndsWith(']')
            && long.TryParse(target.AsSpan(open + 1, target.Length - open - 2), NumberStyles.None, CultureInfo.InvariantCulture, out long inode)
                ? inode
                : 0;
    }
}
