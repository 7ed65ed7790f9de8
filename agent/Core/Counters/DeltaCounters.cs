using System;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Counters
{
    /// <summary>
    /// Turns the ever-growing counters of the interfaces into the deltas of a report.
    /// What each sample adds is kept until the report that carried it was accepted, so a failed delivery loses nothing and a
    /// counter that wraps or starts over between two deliveries is still seen. Deltas are never negative.
    /// Not safe for several threads.
    /// </summary>
    public sealed partial class DeltaCounters
    {
        private const int BytesIn = 0;
        private const int PacketsIn = 1;
        private const int BytesOut = 2;
        private const int PacketsOut = 3;
        private const int CountersOfInterface = 4;

        // Rows are made when there is an interface for them, and used again when it is gone.
        private readonly InterfaceCounters?[] _known;
        private readonly long[] _pending = new long[CountersOfInterface];
        private readonly bool[] _absent = new bool[CountersOfInterface];
        private int _knownCount;
        private int _highestKey = -1;
        private int _highestKeyOfSample = -1;
        private long _sampledAtMs;
        private long _samplingAtMs;
        private long _elapsedMs;
        private int _samples;

        /// <param name="maxInterfaces">Interfaces followed at most; further ones are refused by <see cref="Add"/>.</param>
        public DeltaCounters(int maxInterfaces)
        {
            _known = new InterfaceCounters?[maxInterfaces];
        }

        /// <summary>Whether there were two samples: before that there is no delta, and none is invented.</summary>
        public bool HasDelta
        {
            get { return _samples > 1; }
        }

        /// <summary>Starts a sample of all interfaces. One that is never ended (its source failed half-way) does no harm.</summary>
        /// <param name="uptimeMs">A clock that never goes back.</param>
        public void BeginSample(long uptimeMs)
        {
            _elapsedMs = uptimeMs - _sampledAtMs;
            _samplingAtMs = uptimeMs;
            for (int i = 0; i < _knownCount; i++)
                Row(i).IsSeen = false;
        }

        /// <summary>Adds one counted interface to the sample.</summary>
        /// <param name="key">
        /// The interface's index: never used again after the interface is gone, and higher for every newer interface
        /// (Linux ifindex). That is how an interface made since the last sample is told from one not counted until now.
        /// </param>
        /// <param name="bytesIn">Bytes received since the interface exists, or <see cref="NetworkStats.Absent"/>.</param>
        /// <param name="packetsIn">Packets received, likewise.</param>
        /// <param name="bytesOut">Bytes sent, likewise.</param>
        /// <param name="packetsOut">Packets sent, likewise.</param>
        /// <returns>False when there are more interfaces than are followed; this one is then not counted.</returns>
        public bool Add(int key, long bytesIn, long packetsIn, long bytesOut, long packetsOut)
        {
            Ignore(key);
            InterfaceCounters? row = Find(key);
            bool isNew = row == null;
            if (row == null)
            {
                if (_knownCount == _known.Length)
                    return false;
                row = Row(_knownCount++);
                row.Key = key;
            }

            row.IsSeen = true;
            row.Current[BytesIn] = bytesIn;
            row.Current[PacketsIn] = packetsIn;
            row.Current[BytesOut] = bytesOut;
            row.Current[PacketsOut] = packetsOut;

            if (!isNew)
                Accumulate(row, row.IsReset(_elapsedMs));
            else if (_samples > 0 && key > _highestKey)
                Accumulate(row, true); // made since the last sample, so all it counted is of this interval
            row.Settle();
            return true;
        }

        /// <summary>Notes an interface that exists and is not counted, so that it is not taken for a new one later.</summary>
        public void Ignore(int key)
        {
            if (key > _highestKeyOfSample)
                _highestKeyOfSample = key;
        }

        /// <summary>Ends the sample: interfaces not in it are gone, what they had counted stays.</summary>
        public void EndSample()
        {
            for (int i = _knownCount - 1; i >= 0; i--)
            {
                InterfaceCounters gone = Row(i);
                if (gone.IsSeen)
                    continue;

                _knownCount--;
                _known[i] = _known[_knownCount];
                _known[_knownCount] = gone;
            }

            _highestKey = _highestKeyOfSample;
            _sampledAtMs = _samplingAtMs;
            if (_samples < 2)
                _samples++;
        }

        /// <summary>Fills in what no accepted report has carried yet; leaves all absent before there is a base.</summary>
        public void Read(NetworkStats stats)
        {
            stats.Clear();
            if (HasDelta)
                stats.Set(Pending(BytesIn), Pending(BytesOut), Pending(PacketsIn), Pending(PacketsOut));
        }

        /// <summary>Moves the base: <paramref name="stats"/>, once read from here, was in a report that was accepted.</summary>
        public void Acknowledge(NetworkStats stats)
        {
            Settle(BytesIn, stats.BytesIn);
            Settle(PacketsIn, stats.PacketsIn);
            Settle(BytesOut, stats.BytesOut);
            Settle(PacketsOut, stats.PacketsOut);
        }

        private InterfaceCounters? Find(int key)
        {
            for (int i = 0; i < _knownCount; i++)
            {
                if (Row(i).Key == key)
                    return _known[i];
            }

            return null;
        }

        private InterfaceCounters Row(int i)
        {
            InterfaceCounters? row = _known[i];
            if (row == null)
            {
                row = new InterfaceCounters();
                _known[i] = row;
            }

            return row;
        }

        private void Accumulate(InterfaceCounters row, bool fromZero)
        {
            for (int i = 0; i < CountersOfInterface; i++)
            {
                if (row.Current[i] == NetworkStats.Absent)
                {
                    _absent[i] = true;
                    continue;
                }

                long delta = fromZero ? row.Current[i] : row.Delta(i);

                // A report's counters end at 2^53 for JavaScript's sake (R11); far below what could overflow here.
                if (delta <= long.MaxValue - _pending[i])
                    _pending[i] += delta;
            }
        }

        private long Pending(int counter)
        {
            return _absent[counter] ? NetworkStats.Absent : _pending[counter];
        }

        private void Settle(int counter, long reported)
        {
            if (reported == NetworkStats.Absent)
                return;
            if (reported > _pending[counter])
                throw new ArgumentOutOfRangeException(nameof(reported));

            _pending[counter] -= reported;
        }
    }
}
