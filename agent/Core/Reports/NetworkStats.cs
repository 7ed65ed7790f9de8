using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Traffic since the last delivered report. A counter that was not measured is <see cref="Absent"/> and stays out of the
    /// report: never a zero, never an estimate.
    /// </summary>
    public sealed class NetworkStats
    {
        private long _bytesIn;
        private long _bytesOut;
        private long _packetsIn;
        private long _packetsOut;

        /// <summary>The value of a counter that was not measured.</summary>
        public const long Absent = -1;

        public NetworkStats()
        {
            Clear();
        }

        public long BytesIn
        {
            get { return _bytesIn; }
        }

        public long BytesOut
        {
            get { return _bytesOut; }
        }

        public long PacketsIn
        {
            get { return _packetsIn; }
        }

        public long PacketsOut
        {
            get { return _packetsOut; }
        }

        /// <summary>Whether any counter was measured; without one the block is not in the report.</summary>
        public bool IsReported
        {
            get { return MemberCount > 0; }
        }

        internal int MemberCount
        {
            get
            {
                return (BytesIn == Absent ? 0 : 1) + (BytesOut == Absent ? 0 : 1)
                    + (PacketsIn == Absent ? 0 : 1) + (PacketsOut == Absent ? 0 : 1);
            }
        }

        /// <summary>Makes every counter absent.</summary>
        public void Clear()
        {
            Set(Absent, Absent, Absent, Absent);
        }

        /// <summary>Sets the four deltas, each 0 or more (R11) or <see cref="Absent"/>.</summary>
        public void Set(long bytesIn, long bytesOut, long packetsIn, long packetsOut)
        {
            if (bytesIn < Absent || bytesOut < Absent || packetsIn < Absent || packetsOut < Absent)
                throw new ArgumentOutOfRangeException(nameof(bytesIn));

            _bytesIn = bytesIn;
            _bytesOut = bytesOut;
            _packetsIn = packetsIn;
            _packetsOut = packetsOut;
        }
    }
}
