namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Report ids that grow over restarts, power losses and clocks that go back, with about one write to flash a day: what is
    /// stored is a ceiling above the ids in use, and after a restart ids go on above it. Not safe for several threads.
    /// </summary>
    public sealed class ReportIdKeeper
    {
        /// <summary>How far above an id that is epoch seconds the ceiling is set: a day.</summary>
        public const long ReservedSeconds = 86400;

        /// <summary>
        /// How far above an id that is ahead of the clock, and so grows by one a report, the ceiling is set: a day of reports at
        /// 300 s, and a start in a crash loop takes the ids no further ahead.
        /// </summary>
        public const long ReservedIds = 256;

        // 2^53: what JavaScript holds; a stored ceiling beyond it is a broken file.
        private const long MaxStored = 9007199254740992L;

        private readonly IReportIdStore _store;
        private readonly ReportId _ids;
        private long _ceiling;
        private int _failedWrites;

        public ReportIdKeeper(IReportIdStore store)
        {
            _store = store;
            bool isStored = store.TryRead(out long ceiling) && ceiling >= 0 && ceiling <= MaxStored;
            _ceiling = isStored ? ceiling : 0;
            _ids = new ReportId(_ceiling);
        }

        /// <summary>The last id given out; before the first, the ceiling that was stored.</summary>
        public long Last
        {
            get { return _ids.Last; }
        }

        /// <summary>Times that the store could not be written: such ids may come again after a restart.</summary>
        public int FailedWrites
        {
            get { return _failedWrites; }
        }

        /// <summary>max(last + 1, epoch seconds), its ceiling stored before it is given out.</summary>
        public long Next(long epochSeconds)
        {
            long id = _ids.Next(epochSeconds);
            if (id > _ceiling)
                Store(id + (id > epochSeconds ? ReservedIds : ReservedSeconds));
            return id;
        }

        /// <summary>The agent ends in order: stores the last id itself, so that the next start goes on without a gap.</summary>
        public void Settle()
        {
            if (_ids.Last < _ceiling)
                Store(_ids.Last);
        }

        private void Store(long ceiling)
        {
            if (_store.TryWrite(ceiling))
                _ceiling = ceiling;
            else
                _failedWrites++;
        }
    }
}
