using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Defender.Agent.Core.Counters;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// Counters from /proc/self/net/dev. Left out are lo, which leaves the device nowhere, and the members of bridges and bonds,
/// whose bytes the bridge or bond counts again.
/// </summary>
/// <param name="procDirectory">/proc/self/net</param>
/// <param name="sysDirectory">/sys/class/net</param>
internal sealed class ProcCounterSource(string procDirectory, string sysDirectory) : ICounterSource
{
    private const int HeaderLines = 2;

    private readonly LineReader _lines = new();
    private readonly List<string> _counted = [];
    private readonly Dictionary<string, int> _keysWithoutIndex = [];

    public string CountedInterfaces => _counted.Count == 0 ? "none" : string.Join(", ", _counted);

    public int Sample(DeltaCounters counters, long uptimeMs)
    {
        using FileStream file = new(
            Path.Combine(procDirectory, "dev"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        _lines.Start(file);
        _counted.Clear();
        counters.BeginSample(uptimeMs);

        int odd = 0;
        Span<long> values = stackalloc long[4];
        for (int number = 0; _lines.TryRead(out ReadOnlySpan<byte> line); number++)
        {
            if (number < HeaderLines)
                continue;

            if (ProcDeviceLine.TryParse(line, out ReadOnlySpan<byte> name, values))
                Add(counters, Encoding.UTF8.GetString(name), values);
            else
                odd++;
        }

        counters.EndSample();
        return odd;
    }

    private void Add(DeltaCounters counters, string name, ReadOnlySpan<long> values)
    {
        int key = KeyOf(name);
        if (name == "lo" || IsMember(name))
            counters.Ignore(key);
        else if (counters.Add(key, values[0], values[1], values[2], values[3]))
            _counted.Add(name);
    }

    private bool IsMember(string name) =>
        Path.Exists(Path.Combine(sysDirectory, name, "brport")) || Path.Exists(Path.Combine(sysDirectory, name, "bonding_slave"));

    // The kernel counts interface indexes up and gives none out twice, which is what DeltaCounters' keys need.
    private int KeyOf(string name)
    {
        try
        {
            string text = File.ReadAllText(Path.Combine(sysDirectory, name, "ifindex"));
            if (int.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int index))
                return index;
        }
        catch (IOException)
        {
            // No /sys, that of another namespace, or the interface has just gone.
        }

        // One key for each name ever seen, below every index, so that none of them is taken for an interface made just now.
        if (!_keysWithoutIndex.TryGetValue(name, out int key))
            _keysWithoutIndex[name] = key = -1 - _keysWithoutIndex.Count;
        return key;
    }
}
