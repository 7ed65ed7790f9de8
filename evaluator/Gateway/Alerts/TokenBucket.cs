using System;

namespace Defender.Gateway.Alerts;

/// <summary>A rate with room for bursts. An immutable value, so that what was taken for a batch that failed is given back.</summary>
/// <param name="Capacity">Tokens of a full bucket.</param>
/// <param name="PerMinute">Tokens that come back in a minute.</param>
/// <param name="Tokens">Tokens at <paramref name="At"/>.</param>
/// <param name="At">A timestamp of the clock.</param>
internal readonly record struct TokenBucket(int Capacity, int PerMinute, double Tokens, long At)
{
    public static TokenBucket Full(int capacity, int perMinute, TimeProvider timeProvider) =>
        new(capacity, perMinute, capacity, timeProvider.GetTimestamp());

    /// <summary>The bucket now.</summary>
    public TokenBucket Refill(TimeProvider timeProvider)
    {
        long now = timeProvider.GetTimestamp();
        double earned = timeProvider.GetElapsedTime(At, now).TotalMinutes * PerMinute;
        return this with { Tokens = Math.Min(Capacity, Tokens + earned), At = now };
    }

    /// <summary>Takes one; false when there is none.</summary>
    public bool TryTake(out TokenBucket rest)
    {
        bool hasOne = Tokens >= 1;
        rest = hasOne ? this with { Tokens = Tokens - 1 } : this;
        return hasOne;
    }
}
