using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Counters
{
    /// <summary>The four counters of one interface at the last sample and now: bytes in, packets in, bytes out, packets out.</summary>
    internal sealed class InterfaceCounters
    {
        private const long Range32 = 4294967296L;

        // Faster hardware counts in 64 bits: 10 Gbit/s, and the smallest Ethernet frames at that speed.
        private const long MaxBytesPerMs = 1250000;
        private const long MaxPacketsPerMs = 14881;

        private readonly long[] _previous = new long[4];

        public int Key { get; set; }

        public bool IsSeen { get; set; }

        public long[] Current { get; } = new long[4];

        /// <summary>
        /// Whether the counters started over rather than wrapped at 32 bits. A reset takes bytes and packets down together;
        /// a wrap takes one of them down, from a high value by less than half the range and no faster than hardware can count.
        /// </summary>
        public bool IsReset(long elapsedMs)
        {
            for (int direction = 0; direction < 4; direction += 2)
            {
                bool bytesFell = Fell(direction);
                bool packetsFell = Fell(direction + 1);
                if (bytesFell && packetsFell)
                    return true;
                if (bytesFell && !IsWrap(direction, elapsedMs, MaxBytesPerMs))
                    return true;
                if (packetsFell && !IsWrap(direction + 1, elapsedMs, MaxPacketsPerMs))
                    return true;
            }

            return false;
        }

        /// <summary>What a counter gained since the last sample, when it was not reset.</summary>
        public long Delta(int counter)
        {
            if (_previous[counter] == NetworkStats.Absent)
                return 0;

            long gained = Current[counter] - _previous[counter];
            return gained < 0 ? gained + Range32 : gained;
        }

        /// <summary>A counter as the last sample had it.</summary>
        public long Previous(int counter)
        {
            return _previous[counter];
        }

        /// <summary>Makes the counters of now those of the last sample.</summary>
        public void Settle()
        {
            for (int i = 0; i < 4; i++)
                _previous[i] = Current[i];
        }

        private bool Fell(int counter)
        {
            return Current[counter] != NetworkStats.Absent && Current[counter] < _previous[counter];
        }

        private bool IsWrap(int counter, long elapsedMs, long maxPerMs)
        {
            if (_previous[counter] >= Range32)
                return false;

            long gained = Current[counter] - _previous[counter] + Range32;
            return gained < Range32 / 2 && gained / maxPerMs <= elapsedMs;
        }
    }
}
