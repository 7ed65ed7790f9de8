using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Agent.Core.Scheduling;
using Xunit;

namespace Defender.Agent.Core.Tests.Scheduling;

public sealed class SchedulingTests
{
    [Fact]
    public void The_first_report_is_due_at_once() => Assert.Equal(0, new ReportSchedule(300_000, nowMs: 77).WaitMs(77));

    [Fact]
    public void Slow_deliveries_do_not_add_up_to_drift()
    {
        ReportSchedule schedule = new(1000, nowMs: 0);
        long now = 0;
        for (int report = 1; report <= 100; report++)
        {
            now = schedule.DueMs + 137;
            schedule.Advance(now);
            Assert.Equal(report * 1000, schedule.DueMs);
        }
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(999, 1000)]
    [InlineData(1000, 2000)]
    [InlineData(5500, 6000)]
    [InlineData(-1, 0)]
    public void Missed_reports_are_skipped_and_the_grid_is_kept(long deliveredMs, long expectedDueMs)
    {
        ReportSchedule schedule = new(1000, nowMs: 0);

        schedule.Advance(deliveredMs);

        Assert.Equal(expectedDueMs, schedule.DueMs);
    }

    [Fact]
    public void A_report_stays_due_until_it_is_delivered()
    {
        ReportSchedule schedule = new(1000, nowMs: 0);

        Assert.Equal(0, schedule.WaitMs(12_345));
        schedule.Advance(12_345);
        Assert.Equal(655, schedule.WaitMs(12_345));
    }

    [Fact]
    public void Back_off_doubles_up_to_its_cap_and_starts_over()
    {
        BackOff backOff = new(1000, 30_000, new Highest());

        Assert.Equal([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000], Enumerable.Range(0, 7).Select(_ => backOff.NextMs()));
        backOff.Reset();
        Assert.Equal(1000, backOff.NextMs());
    }

    [Fact]
    public void Back_off_spreads_over_the_upper_half_of_its_ceiling()
    {
        List<int> waits = [];
        for (int seed = 0; seed < 200; seed++)
            waits.Add(new BackOff(1000, 30_000, new Random(seed)).NextMs());

        Assert.All(waits, wait => Assert.InRange(wait, 500, 1000));
        Assert.True(waits.Distinct().Count() > 100, "devices that start together must not come back together");
        Assert.True(waits.Min() < 550 && waits.Max() > 950, "the whole half is used");
    }

    [Theory]
    [InlineData(1, 30_000)]
    [InlineData(1000, 999)]
    public void Back_off_refuses_bounds_that_make_no_sense(int firstMs, int capMs) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BackOff(firstMs, capMs, new Highest()));

    private sealed class Highest : Random
    {
        public override int Next(int maxValue) => maxValue - 1;
    }
}
