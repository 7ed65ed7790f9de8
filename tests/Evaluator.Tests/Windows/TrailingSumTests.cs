using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Snapshots;
using Defender.Evaluator.Windows;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Evaluator.Tests.Windows;

/// <summary>The pane rule: what a trailing sum may hold that it should not, and how much it keeps.</summary>
public sealed class TrailingSumTests
{
    private const long Longest = 3_600_000;
    private const long Pane = Longest / TrailingSum.PanesPerDuration;

    [Fact]
    public void Is_exact_for_reports_that_are_a_pane_apart()
    {
        Prop.ForAll(Reports(Gen.Choose((int)Pane, 900_000)).ToArbitrary(), reports =>
            Agrees(reports, (sum, exact, _) => sum == exact)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Holds_a_pane_more_at_most_and_never_less_for_faster_reports()
    {
        Prop.ForAll(Reports(Gen.Choose(0, 100_000)).ToArbitrary(), reports =>
            Agrees(reports, (sum, exact, wider) => sum >= exact && sum <= wider)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Keeps_no_more_than_its_panes_however_durations_change()
    {
        var sum = new TrailingSum { MetricIndex = 8 };
        for (int i = 0; i < 5000; i++)
            sum.Add(i * 1000L, 1, i % 1000 < 500 ? Longest : 600_000);
        var output = new ArrayBufferWriter<byte>();
        sum.Write(new SnapshotWriter(output), 0);
        Assert.InRange(output.WrittenSpan[1], 1, TrailingSum.MaxPanes);
    }

    [Theory]
    [InlineData(0, 600, 0)]
    [InlineData(1, 600, 600)]
    [InlineData(600, 600, 600)]
    [InlineData(601, 600, 1200)]
    [InlineData(-1, 600, 0)]
    [InlineData(-600, 600, -600)]
    [InlineData(-601, 600, -600)]
    public void A_window_is_open_at_its_start_and_closed_at_its_end(long time, long length, long end) =>
        Assert.Equal(end, WindowTime.EndOf(time, length));

    private static bool Agrees((long Time, long Count)[] reports, Func<long, long, long, bool> agrees)
    {
        var sum = new TrailingSum { MetricIndex = 8 };
        List<(long Time, long Count)> seen = [];
        foreach ((long time, long count) in reports)
        {
            sum.Add(time, count, Longest);
            seen.Add((time, count));
            foreach (long duration in new[] { 600_000, 900_000, 1_800_000, Longest })
            {
                long Exact(long reach) => seen.Where(report => report.Time > time - reach).Sum(report => report.Count);
                if (!agrees(sum.Over(duration), Exact(duration), Exact(duration + Pane)))
                    return false;
            }
        }

        return true;
    }

    private static Gen<(long Time, long Count)[]> Reports(Gen<int> distance) =>
        (from step in distance from count in Gen.Choose(0, 1000) select (step, count)).ArrayOf(120).Select(steps =>
        {
            long time = 1_700_002_800_123;
            return steps.Select(step => (time += step.step, (long)step.count)).ToArray();
        });
}
