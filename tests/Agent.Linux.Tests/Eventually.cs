using System;
using System.Diagnostics;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tests;

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(Func<bool> condition, Func<string> describe)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Deadline)
                throw new Xunit.Sdk.XunitException($"not within {Deadline.TotalSeconds} s: {describe()}");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, default);
        }
    }
}
