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
}
