using System.Linq;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Xunit;

namespace Defender.Agent.Core.Tests.Counters;

public sealed class SavedCountersTests
{
    private const int Eth0 = 2;
    private const int Wlan0 = 3;

    private readonly byte[] _saved = new byte[512];
    private readonly NetworkStats _stats = new();

    [Fact]
    public void The_first_sample_after_a_restart_counts_from_the_saved_one()
    {
        DeltaCounters before = new(4);
        Sample(before, 1000, (Eth0, 5_000_000_000), (Wlan0, 70));
        Sample(before, 2000, (Eth0, 5_000_000_100), (Wlan0, 80));

        DeltaCounters after = Restore(before);
        Sample(after, 3000, (Eth0, 5_000_000_105), (Wlan0, 81));

        Assert.Equal(110 + 6, _stats.BytesIn); // 110 were never accepted
    }

    [Fact]
    public void What_was_accepted_before_the_save_is_not_counted_again()
    {
        DeltaCounters before = new(4);
        Sample(before, 1000, (Eth0, 100));
        Sample(before, 2000, (Eth0, 150));
        before.Acknowledge(_stats);

        DeltaCounters after = Restore(before);
        Sample(after, 3000, (Eth0, 157));

        Assert.Equal(7, _stats.BytesIn);
    }

    [Fact]
    public void After_a_reboot_everything_counted_is_new()
    {
        DeltaCounters before = new(4);
        Sample(before, 1000, (Eth0, 100));
        Sample(before, 2000, (Eth0, 150));

        DeltaCounters after = Restore(before, countersRestarted: true);
        Sample(after, 300, (Eth0, 900), (Wlan0, 20));

        Assert.Equal(50 + 900 + 20, _stats.BytesIn);
    }

    [Fact]
    public void An_interface_made_while_the_agent_was_away_counts_from_zero_and_an_old_uncounted_one_does_not()
    {
        const int Old = 5;
        DeltaCounters before = new(4);
        before.BeginSample(0);
        before.Add(Eth0, 100, 1, 1, 1);
        before.Ignore(Old);
        before.EndSample();

        DeltaCounters after = Restore(before);
        Sample(after, 1000, (Eth0, 100), (Old, 7000), (Old + 1, 9));

        Assert.Equal(9, _stats.BytesIn);
    }

    [Fact]
    public void A_counter_that_was_never_there_stays_absent()
    {
        DeltaCounters before = new(1);
        for (int i = 0; i < 2; i++)
        {
            before.BeginSample(i);
            before.Add(1, 10, NetworkStats.Absent, 10, 10);
            before.EndSample();
        }

        DeltaCounters after = Restore(before);
        Sample(after, 5, (1, 10));

        Assert.Equal(NetworkStats.Absent, _stats.PacketsIn);
    }

    [Fact]
    public void Nothing_is_saved_before_the_first_sample_nor_beyond_the_buffer()
    {
        DeltaCounters counters = new(4);
        Assert.Equal(0, counters.Save(_saved, 0));

        Sample(counters, 0, (Eth0, 1));
        Assert.Equal(0, counters.Save(new byte[counters.SavedBytes], 1));
        Assert.Equal(counters.SavedBytes, counters.Save(new byte[counters.SavedBytes + 1], 1));
    }

    [Fact]
    public void Bytes_that_are_no_base_change_nothing()
    {
        DeltaCounters before = new(4);
        Sample(before, 1000, (Eth0, 100), (Wlan0, 5));
        int length = before.Save(_saved, 0);
        byte[] negative = [.. _saved.Take(length)];
        negative[14] = 0x80;
        byte[] negativeRow = [.. _saved.Take(length)];
        negativeRow[48 + 4] = 0x80;

        DeltaCounters counters = new(4);
        for (int shorter = 0; shorter < length; shorter++)
            Assert.False(counters.TryRestore(_saved, 0, shorter, false));
        Assert.False(counters.TryRestore(_saved, 0, length + 1, false));
        Assert.False(counters.TryRestore([2, .. _saved.Skip(1)], 0, length, false));
        Assert.False(counters.TryRestore(negative, 0, length, false));
        Assert.False(counters.TryRestore(negativeRow, 0, length, false));
        Assert.False(new DeltaCounters(1).TryRestore(_saved, 0, length, false)); // two interfaces

        Sample(counters, 2000, (Eth0, 100));
        Assert.False(_stats.IsReported);
        Assert.False(counters.TryRestore(_saved, 0, length, false)); // too late
    }

    private DeltaCounters Restore(DeltaCounters before, bool countersRestarted = false)
    {
        int length = before.Save(_saved, 3);
        Assert.Equal(before.SavedBytes, length);
        DeltaCounters after = new(4);
        Assert.True(after.TryRestore(_saved, 3, length, countersRestarted));
        return after;
    }

    private void Sample(DeltaCounters counters, long uptimeMs, params (int Key, long Bytes)[] interfaces)
    {
        counters.BeginSample(uptimeMs);
        foreach ((int key, long bytes) in interfaces)
            counters.Add(key, bytes, 1, 1, 1);
        counters.EndSample();
        counters.Read(_stats);
    }
}
