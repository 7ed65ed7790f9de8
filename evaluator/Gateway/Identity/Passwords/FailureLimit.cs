using System;
using System.Collections.Generic;
using Defender.Gateway.Alerts;

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

    private readonly object _gate = new();
    private readonly Dictionary<string, TokenBucket> _buckets = new(StringComparer.Ordinal);

    /// <summary>Whether a password may be tried now.</summary>
    public bool Allows(string key)
    {
        lock (_gate)
            return !_buckets.TryGetValue(KeyOf(key), out TokenBucket bucket) || bucket.Refill(timeProvider).TryTake(out _);
    }

    /// <summary>Takes note of a wrong password.</summary>
    public void Failed(string key)
    {
        lock (_gate)
        {
            if (_buckets.Count >= MaxKeys && !_buckets.ContainsKey(key))
                Forget();
            key = KeyOf(key);
            TokenBucket bucket = _buckets.TryGetValue(key, out TokenBucket known) ? known.Refill(timeProvider) : TokenBucket.Full(Burst, PerMinute, timeProvider);
            bucket.TryTake(out TokenBucket rest);
            _buckets[key] = rest;
        }
    }

    // Where there is no place left, all new names share the empty one.
    private string KeyOf(string key) => _buckets.Count < MaxKeys || _buckets.ContainsKey(key) ? key : "";

    private void Forget()
    {
        List<string> full = [];
        foreach ((string key, TokenBucket bucket) in _buckets)
        {
            if (bucket.Refill(timeProvider).Tokens >= Burst)
                full.Add(key);
        }

        foreach (string key in full)
            _buckets.Remove(key);
    }
}
