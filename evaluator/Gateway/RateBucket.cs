using System;

namespace Defender.Gateway;

/// <summary>
/// A rate with room for bursts. What is taken may go into debt, which tells how long to wait; a bucket that refuses instead
/// asks <see cref="TryTake"/>. A value: a copy that is thrown away has taken nothing. Not thread-safe; lives in a field, not in a
/// readonly one.
/// </summary>
internal struct RateBucket
{
    private double _tokens;
    private long _filledAt;

    /// <summary>A full bucket.</summary>
    public static RateBucket Full(double capacity, TimeProvider timeProvider) =>
        new() { _tokens = capacity, _filledAt = timeProvider.GetTimestamp() };

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake(double perSecond, double capacity, TimeProvider timeProvider)
    {
        Refill(perSecond, capacity, timeProvider);
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }

    /// <summary>Takes tokens that may not be there yet; returns how long it is until they are, zero for now.</summary>
    public TimeSpan Take(double tokens, double perSecond, double capacity, TimeProvider timeProvider)
    {
        Refill(perSecond, capacity, timeProvider);
        _tokens -= tokens;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }

    /// <summary>The tokens that are there now; below zero for a debt.</summary>
    public double Count(double perSecond, double capacity, TimeProvider timeProvider)
    {
        Refill(perSecond, capacity, timeProvider);
        return _tokens;
    }

    /// <summary>Whether the bucket is full again, so that a new one is as good.</summary>
    public bool IsFull(double perSecond, double capacity, TimeProvider timeProvider) => Count(perSecond, capacity, timeProvider) >= capacity;

    private void Refill(double perSecond, double capacity, TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        _tokens = Math.Min(capacity, _tokens + (timeProvider.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
    }
}
