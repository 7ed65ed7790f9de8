using System;
using System.IO;
using Defender.Agent.Core.Counters;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>Counters from /proc/self/net/dev.</summary>
/// <param name="directory">/proc/self/net</param>
/// <param name="table">Which interfaces are counted; refreshed before each sample.</param>
internal sealed class ProcCounterSource(string directory, InterfaceTable table) : ICounterSource
{
    private const int HeaderLines = 2;

    private readonly ProcFile _file = new(Path.Combine(directory, "dev"));
    private readonly LineReader _lines = new();

    public string CountedInterfaces => table.CountedNames;

    public int Sample(DeltaCounters counters, long uptimeMs)
    {
        if (table.Links.Count == 0)
            throw new IOException("which interfaces are counted is not known");

        _file.Rewind();
        _lines.Start(_file);
        counters.BeginSample(uptimeMs);
        int odd = 0;
        Span<long> values = stackalloc long[4];
        for (int number = 0; _lines.TryRead(out ReadOnlySpan<byte> line); number++)
        {
            if (number < HeaderLines)
                continue;
            if (ProcDeviceLine.TryParse(line, out ReadOnlySpan<byte> name, values))
                Add(counters, table.IndexOf(name), values);
            else
                odd++;
        }

        counters.EndSample();
        return odd;
    }

    private void Add(DeltaCounters counters, int index, ReadOnlySpan<long> values)
    {
        // One that was made a moment ago is not in the table yet, and is new to the next sample.
        if (table.IsCounted(index) is not { } isCounted)
            return;
        if (isCounted)
            counters.Add(index, values[0], values[1], values[2], values[3]);
        else
            counters.Ignore(index);
    }
}
