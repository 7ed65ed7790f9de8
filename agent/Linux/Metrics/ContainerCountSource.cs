using System;
using System.Buffers;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// Running containers, by the control groups that Docker, Podman, containerd, CRI-O, LXC and systemd-nspawn put them in. No
/// socket of any of them is needed. Inside a container it counts what that one may see, mostly none.
/// </summary>
internal sealed class ContainerCountSource(string name, string cgroups = "/sys/fs/cgroup") : IMetricSource
{
    // Kubernetes is the deepest: kubepods.slice / class / pod / container.
    private const int MaxDepth = 10;

    // Each is two system calls; a machine of thousands of services stays within a few milliseconds.
    private const int MaxGroups = 20_000;
    private const int MaxPath = 4096;

    // 64 hexadecimal digits, as all of the four name their containers.
    private const int IdLength = 64;

    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789abcdef"u8);

    private readonly byte[] _path = new byte[MaxPath];
    private readonly byte[][] _roots = [KernelFile.PathOf(cgroups), KernelFile.PathOf($"{cgroups}/pids"), KernelFile.PathOf($"{cgroups}/systemd")];
    private readonly byte[] _unified = KernelFile.PathOf($"{cgroups}/cgroup.controllers");
    private readonly byte[] _controllers = new byte[256];
    private readonly KernelFile _file = new();
    private readonly DirectoryEntries[] _levels = Levels();
    private int _visited;

    public string Name { get; } = name;

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        // cgroups(7): version 2 has one tree, version 1 one per controller, all with the same containers.
        bool isUnified = _file.TryReadAll(_unified, _controllers, out _);
        ReadOnlySpan<byte> first = isUnified ? _roots[0] : _roots[1];
        ReadOnlySpan<byte> second = isUnified ? _roots[0] : _roots[2];
        _visited = 0;
        if (!TryCount(first, out long count) && !TryCount(second, out count))
            return "/sys/fs/cgroup cannot be read";
        return _visited > MaxGroups ? "there are more control groups than are looked through" : MetricErrors.Explain(metrics.AddNumber(Name, count, 0));
    }

    private bool TryCount(ReadOnlySpan<byte> root, out long count)
    {
        root.CopyTo(_path);
        return TryCount(root.Length - 1, depth: 0, out count);
    }

    // The path without its zero is what stands before the length.
    private bool TryCount(int length, int depth, out long count)
    {
        count = 0;
        DirectoryEntries entries = _levels[depth];
        if (!entries.TryOpen(_path.AsSpan(0, length + 1)))
            return false;

        while (_visited <= MaxGroups && entries.TryRead(out ReadOnlySpan<byte> entry, out bool isDirectory))
        {
            if (!isDirectory || entry[0] == (byte)'.')
                continue;

            _visited++;
            if (IsContainer(entry))
            {
                count++;
            }
            else if (depth + 1 < MaxDepth && length + entry.Length + 2 <= MaxPath)
            {
                _path[length] = (byte)'/';
                entry.CopyTo(_path.AsSpan(length + 1));
                _path[length + 1 + entry.Length] = 0;
                if (TryCount(length + 1 + entry.Length, depth + 1, out long inner))
                    count += inner;
                _path[length] = 0;
            }
        }

        entries.Close();
        return true;
    }

    private static bool IsContainer(ReadOnlySpan<byte> group)
    {
        if (group.StartsWith("lxc.payload."u8) || (group.StartsWith("systemd-nspawn@"u8) && group.EndsWith(".service"u8)))
            return true;

        if (group.EndsWith(".scope"u8))
            group = group[..^6];
        if (group.Length < IdLength || group[^IdLength..].ContainsAnyExcept(Hexadecimal))
            return false;

        // libpod-conmon- and crio-conmon- hold the process that watches over a container, not the container.
        ReadOnlySpan<byte> prefix = group[..^IdLength];
        return prefix.IsEmpty || (prefix[^1] == (byte)'-' && !prefix.EndsWith("conmon-"u8));
    }

    private static DirectoryEntries[] Levels()
    {
        DirectoryEntries[] levels = new DirectoryEntries[MaxDepth];
        for (int i = 0; i < levels.Length; i++)
            levels[i] = new DirectoryEntries();
        return levels;
    }
}
