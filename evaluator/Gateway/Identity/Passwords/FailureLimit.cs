using System;
using System.Collections.Generic;

namespace Defender.Gateway.Identity.Passwords;

/// <summary>Holds wrong passwords to a rate, for each user name and each address. Thread-safe; bounded in memory.</summary>
internal sealed class FailureLimit(TimeProvider timeProvider)
{
    /// <summary>Own: wrong passwords in a row.</summary>
    public const int Burst = 10;

    /// <summary>Own: further ones a minute after those.</summary>
    public const int PerMinute = 6;

    /// <summary>Own: names and addresses that are kept apart; a flood of more shares one limit.</summary>
    public const int MaxKeys = 10_000;

    private const double PerSecond = PerMinute / 60.0;

    private readonly object _gate = new();
    private readonly Dictionary<string, RateBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Whether a password may be tried now.</summary>
    public bool Allows(string key)
    {
        lock (_gate)
            return !_buckets.TryGetValue(KeyOf(key), out RateBucket bucket) || bucket.TryTake(PerSecond, Burst, timeProvider);
    }

    /// <summary>Takes note of a wrong password.</summary>
    public void Failed(string key)
    {
        lock (_gate)
        {
            if (_buckets.Count >= MaxKeys && !_buckets.ContainsKey(key))
                Forget();
            key = KeyOf(key);
            RateBucket bucket = _buckets.TryGetValue(key, out RateBucket known) ? known : RateBucket.Full(Burst, timeProvider);
            bucket.TryTake(PerSecond, Burst, timeProvider);
            _buckets[key] = bucket;
        }
    }

    // Where there is no place left, all new names share the empty one.
    private string KeyOf(string key) => _buckets.Count < MaxKeys || _buckets.ContainsKey(key) ? key : "";

    private void Forget()
    {
        List<string> full = [];
        foreach (KeyValuePair<string, RateBucket> entry in _buckets)
        {
            RateBucket bucket = entry.Value;
            if (bucket.IsFull(PerSecond, Burst, timeProvider))
                full.Add(entry.Key);
        }

        foreach (string key in full)
            _buckets.Remove(key);
    }
}
