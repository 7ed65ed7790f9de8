namespace Defender.Gateway.Ingest;

/// <summary>The blocks of a thing that hold one sample each and wait to be merged into one.</summary>
/// <param name="First">Time of the oldest, Unix milliseconds.</param>
/// <param name="Last">Time of the newest.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct MetricTail(long First, long Last, byte Count)
{
    public const int SizeInBytes = 8 + 8 + 1;
}
