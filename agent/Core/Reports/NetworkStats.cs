using System;

namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Traffic since the last delivered report. A counter that was not measured is <see cref="Absent"/> and stays out of the
    /// report: never a zero, never an estimate.
    /// </summary>
    public sealed class NetworkStats
    {
        /// <summary>The value of a counter that was not measured.</summary>
        public const long Absent = -1;

        public NetworkStats()
        {
            Clear();
        }

        public long BytesIn { get; private set; }

        public long BytesOut { get; private set; }

        public long PacketsIn { get; private set; }

        public long PacketsOut { get; private set; }

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

            BytesIn = bytesIn;
            BytesOut = bytesOut;
            PacketsIn = packetsIn;
            PacketsOut = packetsOut;
        }
    }
}
