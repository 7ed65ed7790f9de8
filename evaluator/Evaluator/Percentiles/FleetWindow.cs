using System;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Percentiles;

/// <summary>
/// The samples of one behavior in the window that is being filled and in the one before it, which is complete. A window
/// is complete as soon as a later one is fed or asked for; values that come for it after that are dropped, so that
/// late reports cannot change a threshold that others have been judged by.
/// </summary>
/// <param name="length">Of the windows, milliseconds.</param>
internal sealed class FleetWindow(long length)
{
    private FleetSample? _before;
    private FleetSample? _newest;

    /// <summary>Of the windows, milliseconds.</summary>
    public long Length { get; } = length;

    /// <summary>End of the window being filled, Unix milliseconds.</summary>
    public long End => _newest?.End ?? long.MinValue;

    /// <summary>Adds a thing's value to the window that ends at <paramref name="end"/>, unless that is complete.</summary>
    public void Add(long end, double value, bool isFirstOfThing)
    {
        Open(end);
        if (_newest!.End == end)
            _newest.Add(value, isFirstOfThing);
    }

    /// <summary>The fleet's percentile for the window that ends at <paramref name="end"/>: that of the window before it.</summary>
    public bool TryGetThreshold(long end, Statistic statistic, out double threshold)
    {
        Open(end);
        threshold = 0;
        return _newest!.End == end && _before is not null && _before.TryGet(statistic, out threshold);
    }

    /// <summary>Adds another owner's samples: of both windows the later one and the one before that are kept.</summary>
    public void Merge(FleetWindow other)
    {
        if (other._newest is null || other.Length != Length)
            return;
        Open(other.End);
        foreach (FleetSample? sample in new[] { other._before, other._newest })
        {
            if (sample is null)
                continue;
            if (sample.End == End)
                _newest!.Merge(sample);
            else if (sample.End == End - Length)
                (_before ??= new FleetSample(sample.End)).Merge(sample);
        }
    }

    /// <summary>Forgets what came for the window that ends at <paramref name="end"/>, so that only a complete one is left.</summary>
    public void Complete(long end)
    {
        Open(end);
        if (End == end)
            _newest = new FleetSample(end);
    }

    private void Open(long end)
    {
        if (end <= End)
            return;
        _before = End == end - Length ? _newest : null;
        _newest = new FleetSample(end);
    }

    public void Write(SnapshotWriter writer)
    {
        writer.Number((ulong)Length);
        writer.Signed(End / Length);
        writer.Byte((byte)(_before is null ? 0 : 1));
        _before?.Write(writer);
        _newest!.Write(writer);
    }

    public static FleetWindow Read(ref SnapshotReader reader)
    {
        long length = reader.Within(1, int.MaxValue);
        long index = reader.Signed();
        long end = Math.BigMul(index, length, out long low) == low >> 63 ? SnapshotTime.Check(ref reader, low) : (long)reader.Refuse();
        var window = new FleetWindow(length);
        if (reader.Within(0, 1) == 1)
            window._before = FleetSample.Read(ref reader, end - length);
        window._newest = FleetSample.Read(ref reader, end);
        return window;
    }
}
