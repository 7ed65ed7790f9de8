using System;

namespace Defender.Gateway;

/// <summary>
/// Holds log lines that peers can cause to a rate, so that nobody can fill a disk by sending rubbish. Thread-safe.
/// </summary>
internal sealed class LogBudget(TimeProvider timeProvider)
{
    /// <summary>Lines of one subject in one <see cref="Interval"/>.</summary>
    public const int LinesPerInterval = 60;

    /// <summary>The span that the lines are counted in.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly object _gate = new();
    private readonly Account[] _accounts = new Account[Enum.GetValues<LogSubject>().Length];

    /// <summary>Whether one more line may be written, with a note for its end when lines were left out since the last one.</summary>
    public bool TryTake(LogSubject subject, out string leftOut)
    {
        lock (_gate)
        {
            leftOut = "";
            ref Account account = ref _accounts[(int)subject];
            if (account.Start is not { } start || timeProvider.GetElapsedTime(start) >= Interval)
            {
                account.Start = timeProvider.GetTimestamp();
                account.Used = 0;
            }

            if (account.Used >= LinesPerInterval)
            {
                account.LeftOut++;
                return false;
            }

            account.Used++;
            if (account.LeftOut > 0)
                leftOut = $" ({account.LeftOut} lines left out before)";
            account.LeftOut = 0;
            return true;
        }
    }

    private struct Account
    {
        public long? Start;
        public int Used;
        public int LeftOut;
    }
}
