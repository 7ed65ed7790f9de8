using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Core.Tests.Counters;

public sealed class DeltaCountersTests
{
    private const long GiB4 = 4294967296;
    private const int Eth0 = 2;
    private const int Wlan0 = 3;

    private readonly DeltaCounters _counters = new(maxInterfaces: 4);
    private readonly NetworkStats _stats = new();
    private long _uptimeMs = 1_000_000;

    [Fact]
    public void Nothing_is_reported_before_there_is_a_base()
    {
        _counters.Read(_stats);
        Assert.False(_stats.IsReported);

        Sample((Eth0, 1000, 10, 500, 5));
        Assert.False(_stats.IsReported);

        Sample((Eth0, 1000, 10, 500, 5));
        AssertDelta(0, 0, 0, 0);
    }

    [Fact]
    public void Interfaces_are_summed()
    {
        Sample((Eth0, 1000, 10, 500, 5), (Wlan0, 0, 0, 0, 0));
        Sample((Eth0, 1100, 11, 600, 7), (Wlan0, 30, 3, 20, 2));

        AssertDelta(130, 4, 120, 4);
    }

    [Fact]
    public void The_base_moves_only_with_an_acknowledgement()
    {
        Sample((Eth0, 1000, 10, 500, 5));
        Sample((Eth0, 1100, 11, 500, 5));
        Sample((Eth0, 1250, 12, 500, 5));
        AssertDelta(250, 2, 0, 0);

        _counters.Acknowledge(_stats);
        Sample((Eth0, 1300, 12, 501, 6));

        AssertDelta(50, 0, 1, 1);
    }

    [Fact]
    public void What_was_sampled_after_the_report_stays_for_the_next()
    {
        Sample((Eth0, 1000, 10, 500, 5));
        Sample((Eth0, 1100, 11, 500, 5));
        NetworkStats reported = new();
        _counters.Read(reported);
        Sample((Eth0, 1107, 12, 500, 5));

        _counters.Acknowledge(reported);
        _counters.Read(_stats);

        AssertDelta(7, 1, 0, 0);
    }

    [Theory]
    // One counter past 2^32: a wrap.
    [InlineData(GiB4 - 100, 50, 150)]
    [InlineData(GiB4 - 1, 0, 1)]
    [InlineData(3_000_000_000, 600_000_000, 1_894_967_296)]
    // A 64-bit counter does not wrap: it was reset.
    [InlineData(GiB4, 50, 50)]
    [InlineData(5_050_723_541, 7, 7)]
    // More than half the range in one interval, or from a low value: a reset, never 4 GiB out of nothing.
    [InlineData(1000, 200, 200)]
    [InlineData(2_000_000_000, 1_999_999_999, 1_999_999_999)]
    public void A_lone_byte_counter_that_falls_has_wrapped_or_was_reset(long before, long after, long expected)
    {
        Sample((Eth0, before, 10, 500, 5));
        Sample((Eth0, after, 11, 500, 5));

        Assert.Equal(expected, _stats.BytesIn);
    }

    [Fact]
    public void A_wrap_faster_than_hardware_counts_is_a_reset()
    {
        Sample((Eth0, GiB4 - 1_000_000_000, 10, 500, 5));
        _uptimeMs += 100 - 300_000; // 0.1 s: 1.25 GB/s would make 125 MB
        Sample((Eth0, 500_000_000, 11, 500, 5));

        Assert.Equal(500_000_000, _stats.BytesIn);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(GiB4 - 50)] // each alone could have wrapped
    public void Bytes_and_packets_that_fall_together_are_a_reset_of_the_whole_interface(long packets)
    {
        Sample((Eth0, GiB4 - 100, packets, 900, 90));
        Sample((Eth0, 5000, 50, 1000, 95));

        AssertDelta(5000, 50, 1000, 95);
    }

    [Fact]
    public void Both_directions_may_wrap_in_one_interval()
    {
        Sample((Eth0, GiB4 - 1, 10, GiB4 - 2, 5));
        Sample((Eth0, 9, 11, 8, 6));

        AssertDelta(10, 1, 10, 1);
    }

    [Fact]
    public void A_vanished_interface_leaves_what_it_counted_and_takes_nothing_away()
    {
        Sample((Eth0, 1000, 10, 500, 5), (Wlan0, 70_000, 700, 7000, 70));
        Sample((Eth0, 1001, 11, 501, 6), (Wlan0, 70_010, 701, 7001, 71));
        Sample((Eth0, 1002, 12, 502, 7));

        AssertDelta(12, 3, 3, 3);
    }

    [Fact]
    public void A_re_created_interface_counts_from_zero()
    {
        const int Wlan0Again = 7;
        Sample((Eth0, 1000, 10, 500, 5), (Wlan0, 70_000, 700, 7000, 70));
        Sample((Eth0, 1000, 10, 500, 5));
        Sample((Eth0, 1000, 10, 500, 5), (Wlan0Again, 90_000, 900, 80, 8));

        AssertDelta(90_000, 900, 80, 8);
    }

    [Fact]
    public void An_old_interface_that_was_not_counted_until_now_only_sets_its_base()
    {
        const int LeftItsBridge = 5;
        _counters.BeginSample(_uptimeMs);
        _counters.Add(Eth0, 1000, 10, 500, 5);
        _counters.Ignore(LeftItsBridge);
        _counters.EndSample();

        Sample((Eth0, 1000, 10, 500, 5), (LeftItsBridge, 1_000_000, 9, 9, 9));
        AssertDelta(0, 0, 0, 0);

        Sample((Eth0, 1000, 10, 500, 5), (LeftItsBridge, 1_000_003, 9, 9, 9));
        AssertDelta(3, 0, 0, 0);
    }

    [Fact]
    public void A_counter_that_is_not_there_is_never_reported()
    {
        Sample((1, 100, NetworkStats.Absent, 50, NetworkStats.Absent));
        Sample((1, 130, NetworkStats.Absent, 55, NetworkStats.Absent));

        AssertDelta(30, NetworkStats.Absent, 5, NetworkStats.Absent);
        _counters.Acknowledge(_stats);
    }

    [Fact]
    public void A_sample_that_failed_half_way_loses_nothing()
    {
        Sample((Eth0, 1000, 10, 500, 5), (Wlan0, 100, 1, 1, 1));
        _counters.BeginSample(_uptimeMs += 300_000);
        _counters.Add(Eth0, 1010, 10, 500, 5);

        Sample((Eth0, 1015, 10, 500, 5), (Wlan0, 107, 1, 1, 1));

        AssertDelta(22, 0, 0, 0);
    }

    [Fact]
    public void More_interfaces_than_are_followed_are_refused()
    {
        _counters.BeginSample(0);
        for (int key = 1; key <= 4; key++)
            Assert.True(_counters.Add(key, 0, 0, 0, 0));

        Assert.False(_counters.Add(5, 0, 0, 0, 0));
    }

    [Fact]
    public void Acknowledging_more_than_was_read_is_a_bug_of_the_caller()
    {
        _stats.Set(1, 0, 0, 0);

        Assert.Throws<ArgumentOutOfRangeException>(() => _counters.Acknowledge(_stats));
    }

    /// <summary>Whatever is delivered and whatever fails: the accepted deltas add up to the traffic, also across 32-bit wraps.</summary>
    [Fact]
    public void Accepted_deltas_add_up_to_the_traffic()
    {
        Gen<(int Gain, bool Accepted)> steps =
            from gain in Gen.Choose(0, 2_000_000_000)
            from accepted in Gen.Elements(true, false)
            select (gain, accepted);
        Prop.ForAll(steps.ListOf().ToArbitrary(), Gen.Elements(true, false).ToArbitrary(), (traffic, is32Bit) =>
        {
            DeltaCounters counters = new(1);
            NetworkStats stats = new();
            long truth = 4_000_000_000;
            long accepted = 0;
            IEnumerable<(int Gain, bool Accepted)> all = [(0, false), .. traffic, (0, true)];
            foreach (((int gain, bool isAccepted), int round) in all.Select((step, index) => (step, index)))
            {
                truth += gain;
                counters.BeginSample(round * 300_000L);
                counters.Add(1, is32Bit ? truth % GiB4 : truth, round, 0, 0);
                counters.EndSample();
                counters.Read(stats);
                if (stats.BytesIn < NetworkStats.Absent)
                    return false;
                if (isAccepted && stats.IsReported)
                {
                    accepted += stats.BytesIn;
                    counters.Acknowledge(stats);
                }
            }

            return accepted == truth - 4_000_000_000;
        }).QuickCheckThrowOnFailure();
    }

    private void Sample(params (int Key, long BytesIn, long PacketsIn, long BytesOut, long PacketsOut)[] interfaces)
    {
        _uptimeMs += 300_000;
        _counters.BeginSample(_uptimeMs);
        foreach ((int key, long bytesIn, long packetsIn, long bytesOut, long packetsOut) in interfaces)
            Assert.True(_counters.Add(key, bytesIn, packetsIn, bytesOut, packetsOut));
        _counters.EndSample();
        _counters.Read(_stats);
    }

    private void AssertDelta(long bytesIn, long packetsIn, long bytesOut, long packetsOut) =>
        Assert.Equal((bytesIn, packetsIn, bytesOut, packetsOut), (_stats.BytesIn, _stats.PacketsIn, _stats.BytesOut, _stats.PacketsOut));
}
