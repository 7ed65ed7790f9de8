using System;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Proc;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>What a base saved by one process is worth to the next one.</summary>
public sealed class SavedBaseTests : IDisposable
{
    private static readonly CounterPlace Here = new(new Guid("4466b596-4f00-4453-8064-908805cb7b58"), 4026531840);
    private static readonly CounterPlace Unknown = new(Guid.Empty, 4026531840);

    private readonly ProcFiles _files = new();
    private readonly byte[] _saved = new byte[ReportCollector.MaxBaseBytes];
    private readonly ManualTime _time = new();
    private readonly LogLines _log;

    public SavedBaseTests()
    {
        _log = new LogLines(_time);
        _files.Interface("eth0", 2);
        Traffic(1000);
    }

    public void Dispose()
    {
        _files.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_restart_of_the_agent_loses_no_traffic()
    {
        ReadOnlySpan<byte> saved = Save(Here);
        Traffic(1500);

        Assert.Equal(500, FirstDelta(Here, saved, _time));
    }

    [Fact]
    public void A_restart_of_the_machine_counts_from_zero()
    {
        ReadOnlySpan<byte> saved = Save(Here);
        Traffic(5000); // more than before: only the boot id tells

        Assert.Equal(5000, FirstDelta(Here with { Boot = Guid.NewGuid(), Namespace = 4026532000 }, saved, _time));
    }

    [Fact]
    public void Another_network_namespace_leaves_the_first_interval_out()
    {
        ReadOnlySpan<byte> saved = Save(Here);

        Assert.Null(FirstDelta(Here with { Namespace = 4026532000 }, saved, _time));
    }

    [Fact]
    public void Without_a_boot_id_the_two_clocks_tell_a_restart_of_the_machine()
    {
        _time.Advance(TimeSpan.FromDays(1));
        ReadOnlySpan<byte> saved = Save(Unknown);
        Traffic(1500);

        Assert.Equal(500, FirstDelta(Unknown, saved, new Clock(_time.GetUtcNow(), _time.GetTimestamp())));
        Assert.Equal(1500, FirstDelta(Unknown, saved, new Clock(_time.GetUtcNow(), 12345))); // up for less than at the save
        Assert.Null(FirstDelta(Unknown, saved, new Clock(_time.GetUtcNow().AddHours(2), _time.GetTimestamp()))); // set, or off for two hours
    }

    [Fact]
    public void A_clock_set_back_a_day_changes_nothing_while_the_boot_id_is_known()
    {
        ReadOnlySpan<byte> saved = Save(Here);
        Traffic(1500);

        Assert.Equal(500, FirstDelta(Here, saved, new Clock(_time.GetUtcNow().AddDays(-1), _time.GetTimestamp())));
    }

    [Fact]
    public void Damaged_bytes_leave_the_first_interval_out()
    {
        byte[] saved = Save(Here).ToArray();
        for (int length = 0; length < saved.Length; length++)
            Assert.Null(FirstDelta(Here, saved.AsSpan(0, length), _time));
        saved[0] = 99;

        Assert.Null(FirstDelta(Here, saved, _time));
    }

    [Fact]
    public void There_is_nothing_to_save_before_the_first_sample_or_in_too_little_room()
    {
        ReportCollector collector = Collector(Here, _time);
        Assert.Equal(0, collector.SaveBase(_saved));

        collector.TakeBase();
        Assert.Equal(0, collector.SaveBase(new byte[50]));
        Assert.InRange(collector.SaveBase(_saved), 51, 150);
    }

    private ReadOnlySpan<byte> Save(CounterPlace place)
    {
        ReportCollector collector = Collector(place, _time);
        collector.TakeBase();
        return _saved.AsSpan(0, collector.SaveBase(_saved));
    }

    private long? FirstDelta(CounterPlace place, ReadOnlySpan<byte> saved, TimeProvider time)
    {
        ReportCollector collector = Collector(place, time);
        bool isRestored = collector.TryRestoreBase(saved);
        collector.Collect(1);
        Assert.Equal(isRestored, collector.Report.NetworkStats.IsReported);
        return isRestored ? collector.Report.NetworkStats.BytesIn : null;
    }

    private void Traffic(long bytes) => _files.Devices($"eth0: {bytes} {bytes} 0 0 0 0 0 0 0 0 0 0 0 0 0 0");

    private ReportCollector Collector(CounterPlace place, TimeProvider time)
    {
        InterfaceTable table = _files.Table();
        return new ReportCollector(
            new ProcSocketSource(_files.Net), table, new ProcCounterSource(_files.Net, table), new CollectorOptions(), time, _log.Log)
        {
            Place = place,
        };
    }

    private sealed class Clock(DateTimeOffset now, long timestamp) : TimeProvider
    {
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => timestamp;
    }
}
