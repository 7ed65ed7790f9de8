using Defender.Agent.Core.Reports;

namespace Defender.Nano.Tests.Reports
{
    /// <summary>A store in memory that can fail.</summary>
    internal sealed class StoredId : IReportIdStore
    {
        private long _ceiling;

        public StoredId(long ceiling)
        {
            _ceiling = ceiling;
        }

        public int Writes { get; private set; }

        public bool Fails { get; set; }

        public bool TryRead(out long ceiling)
        {
            ceiling = _ceiling;
            return !Fails;
        }

        public bool TryWrite(long ceiling)
        {
            if (Fails)
                return false;

            _ceiling = ceiling;
            Writes++;
            return true;
        }
    }
}
