using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>A rate for each of many keys. Bounded: keys at rest are forgotten; when none is, a new key is not held to a rate. Not thread-safe.</summary>
/// <param name="perSecond">The rate of one key; 0 for no limit.</param>
/// <param name="burst">How many may come at once.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RateTable<TKey>(int perSecond, int burst, TimeProvider timeProvider)
    where TKey : notnull
{
    private const int MaxKeys = 50_000;

    // Below it is not worth looking for keys at rest.
    private const int MinKeys = 1024;

    private readonly Dictionary<TKey, RateBucket> _buckets = [];
    private long _sweptAt = timeProvider.GetTimestamp();
    private int _sweepFrom = MinKeys;

    /// <summary>Keys that are remembered.</summary>
    public int Count => _buckets.Count;

    /// <summary>Whether one more of a key may come now.</summary>
    public bool TryTake(TKey key)
    {
        if (perSecond == 0)
            return true;
        if (_buckets.Count >= _sweepFrom && !_buckets.ContainsKey(key))
        {
            TrySweep();
            if (_buckets.Count >= MaxKeys)
                return true;
        }

        ref RateBucket bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out bool isKnown);
        if (!isKnown)
            bucket = RateBucket.Full(burst, timeProvider);
        return bucket.TryTake(perSecond, burst, timeProvider);
    }

    // At most once a second: a flood of new keys must not make each of them a walk over all.
    private void TrySweep()
    {
        long now = timeProvider.GetTimestamp();
        if (timeProvider.GetElapsedTime(_sweptAt, now) < TimeSpan.FromSeconds(1))
            return;
        _sweptAt = now;
        foreach (TKey key in _buckets.Where(entry => IsAtRest(entry.Value)).Select(entry => entry.Key).ToArray())
            _buckets.Remove(key);
        // So often that a fleet which has connected leaves little behind, so seldom that a key pays for two or so.
        _sweepFrom = Math.Clamp(2 * _buckets.Count, MinKeys, MaxKeys);
    }

    private bool IsAtRest(RateBucket bucket) => bucket.IsFull(perSecond, burst, timeProvider);
}
