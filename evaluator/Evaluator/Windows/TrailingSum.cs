using System;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Windows;

/// <summary>
/// The reports of one delta metric, kept long enough to answer their sum over any trailing duration up to the longest
/// that a behavior asks for.
/// </summary>
/// <remarks>
/// Reports are kept in panes, not one by one, so that a device that reports every second costs no more than one that
/// keeps to AWS's 300 s. A report that comes less than 1/24 of the longest duration (150 s for 3600 s) after the first
/// one of the newest pane joins that pane; a pane counts until its newest report has left the duration. So the sum is
/// exact for reports that are further apart than that, as R18 makes them, and for faster ones holds up to 1/24 of the
/// longest duration more than asked for, never less: an upper bound that is broken is always seen.
/// </remarks>
internal sealed class TrailingSum
{
    /// <summary>Panes that the longest duration is cut into.</summary>
    public const int PanesPerDuration = 24;

    /// <summary>One pane may reach over the far edge, one is the newest.</summary>
    public const int MaxPanes = PanesPerDuration + 2;

    private Pane[] _panes = new Pane[4];
    private int _count;
    private long _newestOpened;
    private long _since; // the first report without a gap of the longest duration behind it

    /// <summary>Position of the metric in the catalog.</summary>
    public required int MetricIndex { get; init; }

    /// <summary>Adds a report. One that claims to be older than the newest counts as if it came with that one.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <param name="count">0 or more.</param>
    /// <param name="longest">The longest duration that will be asked for, milliseconds.</param>
    public void Add(long time, long count, long longest)
    {
        if (_count > 0)
            time = Math.Max(time, _panes[_count - 1].Last);
        Forget(time - longest);
        if (_count == 0)
            _since = time;
        if (_count > 0 && time - _newestOpened < longest / PanesPerDuration)
        {
            ref Pane newest = ref _panes[_count - 1];
            newest = new Pane(time, WindowTime.SaturatingAdd(newest.Sum, count));
            return;
        }

        Reserve();
        _panes[_count++] = new Pane(time, count);
        _newestOpened = time;
    }

    /// <summary>The sum of the reports later than <paramref name="duration"/> milliseconds before the newest one.</summary>
    public long Over(long duration)
    {
        long sum = 0;
        for (int i = _count - 1; i >= 0 && _panes[i].Last > _panes[_count - 1].Last - duration; i--)
            sum = WindowTime.SaturatingAdd(sum, _panes[i].Sum);
        return sum;
    }

    /// <summary>Whether reports came for the whole duration, so that its sum can be compared with that of other things.</summary>
    public bool Covers(long duration) => _panes[_count - 1].Last - _since >= duration;

    private void Forget(long until)
    {
        int gone = 0;
        while (gone < _count && _panes[gone].Last <= until)
            gone++;
        if (gone == 0)
            return;
        _panes.AsSpan(gone, _count - gone).CopyTo(_panes);
        _count -= gone;
    }

    private void Reserve()
    {
        // A duration that shrank can leave more panes than its own cut makes: the two oldest become one.
        if (_count == MaxPanes)
        {
            _panes[1] = new Pane(_panes[1].Last, WindowTime.SaturatingAdd(_panes[0].Sum, _panes[1].Sum));
            _panes.AsSpan(1, --_count).CopyTo(_panes);
        }

        if (_count == _panes.Length)
            Array.Resize(ref _panes, Math.Min(_panes.Length * 2, MaxPanes));
    }

    public void Write(SnapshotWriter writer, long origin)
    {
        writer.Number((ulong)MetricIndex);
        writer.Byte((byte)_count);
        long time = origin;
        for (int i = 0; i < _count; i++)
        {
            writer.Signed(_panes[i].Last - time);
            writer.Number((ulong)_panes[i].Sum);
            time = _panes[i].Last;
        }

        writer.Signed(_newestOpened - time);
        writer.Signed(_since - _newestOpened);
    }

    public static TrailingSum Read(ref SnapshotReader reader, long origin, int metrics)
    {
        var sum = new TrailingSum { MetricIndex = reader.Within(0, metrics - 1) };
        int count = reader.Within(1, MaxPanes);
        sum._panes = new Pane[count];
        sum._count = count;
        long time = origin;
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            long last = SnapshotTime.Read(ref reader, time);
            ulong value = reader.Number();
            if (value > long.MaxValue || (i > 0 && last <= time))
                reader.Refuse();
            sum._panes[i] = new Pane(last, (long)value);
            time = last;
        }

        sum._newestOpened = SnapshotTime.Read(ref reader, time);
        sum._since = SnapshotTime.Read(ref reader, sum._newestOpened);
        if (sum._newestOpened > time || sum._since > sum._newestOpened)
            reader.Refuse();
        return sum;
    }

    /// <param name="Last">Time of the newest report in it, Unix milliseconds.</param>
    /// <param name="Sum">Of its reports.</param>
    private readonly record struct Pane(long Last, long Sum);
}
