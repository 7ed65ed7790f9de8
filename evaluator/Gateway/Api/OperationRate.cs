using System;
using System.Threading;

namespace Defender.Gateway.Api;

/// <summary>Holds the requests for one operation to a rate; after a second's pause a second's worth may come at once. Thread-safe.</summary>
/// <param name="perSecond">The rate; 0 for no limit.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class OperationRate(int perSecond, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private RateBucket _bucket = RateBucket.Full(perSecond, timeProvider);

    /// <summary>Whether one more request may be served now.</summary>
    public bool TryTake()
    {
        if (perSecond == 0)
            return true;
        lock (_gate)
            return _bucket.TryTake(perSecond, perSecond, timeProvider);
    }
}
