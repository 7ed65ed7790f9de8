using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Windows;

/// <summary>
/// The sum of a cloud-side count over windows aligned to multiples of the duration. Each window is judged once: at its
/// end, or before, when its sum broke an upper bound early.
/// </summary>
/// <remarks>
/// A window is closed by the datapoint at its end, by the first datapoint behind it, or by time. What comes later for a
/// closed window is counted in the next one: nothing is lost, nothing is judged twice.
/// </remarks>
internal sealed class TumblingWindow
{
    /// <summary>End of the window last opened, Unix milliseconds; meaningless before the first.</summary>
    public long End { get; private set; } = long.MinValue;

    /// <summary>Whether datapoints wait for the end.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>The sum up to now.</summary>
    public long Sum { get; private set; }

    /// <summary>Whether the open window has been judged early.</summary>
    public bool IsJudged { get; set; }

    /// <summary>Counts a datapoint that lies in no later window than the open one. Answers whether it ends the window.</summary>
    /// <param name="time">Unix milliseconds.</param>
    /// <param name="length">Of the window, milliseconds.</param>
    /// <param name="count">0 or more.</param>
    public bool Add(long time, long length, long count)
    {
        if (!IsOpen)
        {
            long end = WindowTime.EndOf(time, length);
            End = end > End ? end : End + length;
            IsOpen = true;
            IsJudged = false;
            Sum = 0;
        }

        Sum = WindowTime.SaturatingAdd(Sum, count);
        return time == End;
    }

    /// <summary>Ends the window; the next datapoint opens a later one.</summary>
    public void Close() => IsOpen = false;

    public void Write(SnapshotWriter writer, long origin)
    {
        writer.Byte((byte)((IsOpen ? 1 : 0) | (IsJudged ? 2 : 0)));
        writer.Signed(End - origin);
        writer.Number((ulong)Sum);
    }

    public static TumblingWindow Read(ref SnapshotReader reader, long origin)
    {
        int flags = reader.Within(0, 3);
        long end = SnapshotTime.Read(ref reader, origin);
        ulong sum = reader.Number();
        return new TumblingWindow
        {
            IsOpen = (flags & 1) != 0,
            IsJudged = (flags & 2) != 0,
            End = end,
            Sum = (long)(sum <= long.MaxValue ? sum : reader.Refuse()),
        };
    }
}
