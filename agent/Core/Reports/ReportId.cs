namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Report ids: epoch seconds as AWS recommends, but always higher than the one before, also when two reports fall into one
    /// second and when the clock goes back.
    /// </summary>
    public sealed class ReportId
    {
        private long _last;

        /// <param name="last">The last id used, kept over restarts where there is a place for it; 0 when there is none.</param>
        public ReportId(long last)
        {
            _last = last < 0 ? 0 : last;
        }

        /// <summary>The last id given out.</summary>
        public long Last
        {
            get { return _last; }
        }

        /// <summary>max(last + 1, epoch seconds).</summary>
        public long Next(long epochSeconds)
        {
            _last = epochSeconds > Last ? epochSeconds : Last + 1;
            return Last;
        }
    }
}
