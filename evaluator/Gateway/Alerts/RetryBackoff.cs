using System;

namespace Defender.Gateway.Alerts;

/// <summary>How long to wait after failures in a row: exponential with full jitter, so that many do not come back at once.</summary>
/// <param name="random">Where the jitter comes from.</param>
/// <param name="longest">The longest wait; null for <see cref="Longest"/>.</param>
internal sealed class RetryBackoff(Random random, TimeSpan? longest = null)
{
    /// <summary>The longest wait after the first failure.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait, unless another is given.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>Notes a failure and says how long to wait.</summary>
    public TimeSpan Next()
    {
        double limit = Math.Min((longest ?? Longest).TotalSeconds, First.TotalSeconds * Math.Pow(2, Failures));
        Failures++;
        return TimeSpan.FromSeconds(limit * random.NextDouble());
    }

    /// <summary>Notes a success.</summary>
    public void Reset() => Failures = 0;
}
