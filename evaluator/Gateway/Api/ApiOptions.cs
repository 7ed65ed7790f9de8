using System;

namespace Defender.Gateway.Api;

/// <summary>The limits of the API.</summary>
internal sealed record ApiOptions
{
    /// <summary>
    /// Bytes of a request body. The largest valid one, a profile of 100 behaviors with their sets, is a fraction of it.
    /// </summary>
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>
    /// Requests a second that one operation takes over all callers, and as many at once after a pause: 0 for no limit.
    /// AWS: 10 for most operations, adjustable.
    /// </summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>
    /// Calls that are worked on at once, at least 1; others wait for their turn. One processor is left for reports where there
    /// are several: a handler keeps its thread while it reads and writes the store.
    /// </summary>
    public int ConcurrentCalls { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);
}
