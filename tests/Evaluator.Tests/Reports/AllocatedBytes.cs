using System;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Counts what code allocates.</summary>
internal static class AllocatedBytes
{
    /// <summary>
    /// The bytes that a call of the action allocates: the least of a few, since a collection started by another test's thread
    /// makes the runtime count the rest of this thread's allocation buffer as used. The action's first call is not counted.
    /// </summary>
    /// <param name="action">What to measure.</param>
    /// <param name="enough">A number that needs no further call to be lowered.</param>
    public static long Of(Action action, long enough = 0)
    {
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > enough; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
