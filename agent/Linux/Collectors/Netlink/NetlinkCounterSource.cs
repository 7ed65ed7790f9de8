using System;
using System.IO;
using Defender.Agent.Core.Counters;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Collectors.Netlink;

/// <summary>Traffic counters by netlink: 64 bits, by index, nothing to parse. Linux 4.7 and later.</summary>
/// <param name="dump">To the kernel's counters.</param>
/// <param name="table">Which interfaces are counted; refreshed before each sample.</param>
internal sealed class NetlinkCounterSource(NetlinkDump dump, InterfaceTable table) : ICounterSource
{
    private const ushort GetStatistics = 94; // RTM_GETSTATS
    private const ushort NewStatistics = 92; // RTM_NEWSTATS
    private const int HeaderBytes = 12; // struct if_stats_msg
    private const int FilterOffset = 8;
    private const int Link64Filter = 1; // IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)

    private readonly StatisticsReader _reader = new(table);

    public string CountedInterfaces => table.CountedNames;

    /// <summary>Tries once.</summary>
    /// <exception cref="IOException">The kernel has no such counters.</exception>
    public void Probe()
    {
        _reader.Start(new DeltaCounters(0));
        Read();
        if (_reader.Rows == 0)
            throw new IOException("the kernel lists no interface");
    }

    public int Sample(DeltaCounters counters, long uptimeMs)
    {
        if (table.Links.Count == 0)
            throw new IOException("which interfaces are counted is not known");

        counters.BeginSample(uptimeMs);
        _reader.Start(counters);
        Read();
        counters.EndSample();
        return _reader.OddRows;
    }

    private void Read()
    {
        Span<byte> body = stackalloc byte[HeaderBytes];
        body.Clear();
        BitConverter.TryWriteBytes(body[FilterOffset..], Link64Filter);
        dump.Run(GetStatistics, NewStatistics, body, _reader);
    }

    private sealed class StatisticsReader(InterfaceTable table) : IDumpReader
    {
        private const int IndexOffset = 4;
        private const ushort Link64 = 1; // IFLA_STATS_LINK_64
        private const int PacketsIn = 0; // Offsets in struct rtnl_link_stats64.
        private const int PacketsOut = 8;
        private const int BytesIn = 16;
        private const int BytesOut = 24;

        private DeltaCounters? _counters;

        public int Rows { get; private set; }

        public int OddRows { get; private set; }

        public void Start(DeltaCounters counters)
        {
            _counters = counters;
            Rows = 0;
            OddRows = 0;
        }

        public bool Take(ReadOnlySpan<byte> payload)
        {
            if (payload.Length < HeaderBytes)
                throw new IOException($"a row of the table of counters has {payload.Length} bytes");

            Rows++;
            int index = BitConverter.ToInt32(payload[IndexOffset..]);

            // One that was made a moment ago is not in the table yet, and is new to the next sample.
            if (table.IsCounted(index) is not { } isCounted)
                return true;
            AttributeReader attributes = new(payload[HeaderBytes..]);
            while (isCounted && attributes.TryRead())
            {
                if (attributes.Type == Link64)
                {
                    Add(index, attributes.Value);
                    return true;
                }
            }

            _counters!.Ignore(index);
            OddRows += isCounted ? 1 : 0;
            return true;
        }

        private void Add(int index, ReadOnlySpan<byte> values)
        {
            if (values.Length <= BytesOut + 7)
                throw new IOException($"the counters of an interface have {values.Length} bytes");

            long bytesIn = BitConverter.ToInt64(values[BytesIn..]);
            long packetsIn = BitConverter.ToInt64(values[PacketsIn..]);
            long bytesOut = BitConverter.ToInt64(values[BytesOut..]);
            long packetsOut = BitConverter.ToInt64(values[PacketsOut..]);
            if (bytesIn < 0 || packetsIn < 0 || bytesOut < 0 || packetsOut < 0)
            {
                _counters!.Ignore(index);
                OddRows++;
                return;
            }

            _counters!.Add(index, bytesIn, packetsIn, bytesOut, packetsOut);
        }
    }
}
