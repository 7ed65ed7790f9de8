using System;

namespace Defender.Agent.Core.Scheduling
{
    /// <summary>
    /// Waits between attempts: doubling up to a cap, each with jitter, so that a fleet does not come back in step after an
    /// outage of its gateway.
    /// </summary>
    public sealed class BackOff
    {
        private readonly int _firstMs;
        private readonly int _capMs;
        private readonly Random _random;
        private int _ceilingMs;

        /// <param name="firstMs">Ceiling of the first wait, 2 or more.</param>
        /// <param name="capMs">Ceiling of every wait, at least <paramref name="firstMs"/>.</param>
        /// <param name="random">The source of the jitter.</param>
        public BackOff(int firstMs, int capMs, Random random)
        {
            if (firstMs < 2)
                throw new ArgumentOutOfRangeException(nameof(firstMs));
            if (capMs < firstMs)
                throw new ArgumentOutOfRangeException(nameof(capMs));

            _firstMs = firstMs;
            _capMs = capMs;
            _random = random;
            _ceilingMs = firstMs;
        }

        /// <summary>The next wait: between half the ceiling and the ceiling, which then doubles up to the cap.</summary>
        public int NextMs()
        {
            int half = _ceilingMs / 2;
            int wait = half + _random.Next(_ceilingMs - half + 1);
            _ceilingMs = _ceilingMs > _capMs / 2 ? _capMs : _ceilingMs * 2;
            return wait;
        }

        /// <summary>An attempt succeeded: start over.</summary>
        public void Reset()
        {
            _ceilingMs = _firstMs;
        }
    }
}
