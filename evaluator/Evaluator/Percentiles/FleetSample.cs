using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Percentiles;

/// <summary>What the things under a behavior reported in one window.</summary>
/// <param name="end">The window's end, Unix milliseconds.</param>
internal sealed class FleetSample(long end)
{
    /// <summary>A percentile of one thing would compare it with itself.</summary>
    public const int LeastThings = 2;

    private readonly PercentileSketch _sketch = new();
    private long _answeredAt = -1;
    private double _answer;

    private FleetSample(long end, long things, PercentileSketch sketch)
        : this(end)
    {
        Things = things;
        _sketch = sketch;
    }

    public long End { get; } = end;

    /// <summary>Things that gave values.</summary>
    public long Things { get; private set; }

    public void Add(double value, bool isFirstOfThing)
    {
        _sketch.Add(value);
        Things += isFirstOfThing ? 1 : 0;
    }

    public void Merge(FleetSample other)
    {
        _sketch.Merge(other._sketch);
        Things += other.Things;
    }

    /// <summary>The percentile; false with fewer things than make a fleet. A behavior has one statistic, so the answer is kept.</summary>
    public bool TryGet(Statistic statistic, out double threshold)
    {
        if (_answeredAt != _sketch.Count)
        {
            _sketch.TryGet(statistic, out _answer);
            _answeredAt = _sketch.Count;
        }

        threshold = _answer;
        return Things >= LeastThings;
    }

    public void Write(SnapshotWriter writer)
    {
        writer.Number((ulong)Things);
        _sketch.Write(writer);
    }

    public static FleetSample Read(ref SnapshotReader reader, long end)
    {
        ulong things = reader.Number();
        PercentileSketch sketch = PercentileSketch.Read(ref reader);
        if (things > (ulong)sketch.Count)
            reader.Refuse();
        return new FleetSample(end, (long)things, sketch);
    }
}
