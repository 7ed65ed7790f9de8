using System;

namespace Defender.Agent.Core.Scheduling
{
    /// <summary>
    /// When the next report is due: at once, then on a fixed grid of intervals, so that slow deliveries do not add up to drift.
    /// Reports missed on the way are skipped, not sent in a burst. Over a clock that never goes back.
    /// </summary>
    public sealed class ReportSchedule
    {
        private readonly long _intervalMs;
        private long _dueMs;

        /// <param name="intervalMs">1 or more.</param>
        /// <param name="nowMs">The first report is due now.</param>
        public ReportSchedule(long intervalMs, long nowMs)
        {
            if (intervalMs < 1)
                throw new ArgumentOutOfRangeException(nameof(intervalMs));

            _intervalMs = intervalMs;
            _dueMs = nowMs;
        }

        /// <summary>When the next report is due.</summary>
        public long DueMs
        {
            get { return _dueMs; }
        }

        /// <summary>How long to wait for the next report; 0 when it is due or overdue.</summary>
        public long WaitMs(long nowMs)
        {
            return DueMs > nowMs ? DueMs - nowMs : 0;
        }

        /// <summary>A report was delivered: the next is due at the first point of the grid after now.</summary>
        public void Advance(long nowMs)
        {
            if (nowMs < DueMs)
                return;

            _dueMs += ((nowMs - DueMs) / _intervalMs * _intervalMs) + _intervalMs;
        }
    }
}
