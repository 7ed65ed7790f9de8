namespace Defender.Evaluator.Windows;

/// <summary>Windows aligned to multiples of their length since the Unix epoch, open at their start and closed at their end.</summary>
internal static class WindowTime
{
    /// <summary>
    /// The end of the window that holds an instant, in the unit of its arguments. A cloud-side period is handed in at
    /// its end, so an instant on a boundary is the last of the window before it.
    /// </summary>
    public static long EndOf(long time, long length)
    {
        long into = time % length;
        return into > 0 ? time - into + length : time - into;
    }

    /// <summary>Sums of counts stay at the largest value instead of turning negative.</summary>
    public static long SaturatingAdd(long left, long right)
    {
        long sum = unchecked(left + right);
        return sum < left ? long.MaxValue : sum;
    }
}
