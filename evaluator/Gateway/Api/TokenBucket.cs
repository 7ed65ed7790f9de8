using System;
using System.Threading;

namespace Defender.Gateway.Api;

/// <summary>Holds requests to a rate; after a second's pause a second's worth may come at once. Thread-safe.</summary>
/// <param name="perSecond">The rate; 0 for no limit.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenBucket(int perSecond, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private double _tokens = perSecond;
    private long _filled = timeProvider.GetTimestamp();

    /// <summary>Whether one more request may be served now.</summary>
    public bool TryTake()
    {
        if (perSecond == 0)
            return true;
        lock (_gate)
        {
            long now = timeProvider.GetTimestamp();
            _tokens = Math.Min(perSecond, _tokens + timeProvider.GetElapsedTime(_filled, now).TotalSeconds * perSecond);
            _filled = now;
            if (_tokens < 1)
                return false;
            _tokens--;
            return true;
        }
    }
}
