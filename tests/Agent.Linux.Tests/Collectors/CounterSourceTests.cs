using System;
using System.IO;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Proc;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

public sealed class CounterSourceTests : IDisposable
{
    private readonly ProcFiles _files = new();
    private readonly DeltaCounters _counters = new(16);
    private readonly NetworkStats _stats = new();
    private readonly InterfaceTable _table;
    private readonly ProcCounterSource _source;
    private long _uptimeMs;

    public CounterSourceTests()
    {
        _table = _files.Table();
        _source = new ProcCounterSource(_files.Net, _table);
        _files.Interface("lo", 1);
        _files.Interface("eth0", 2);
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Each_column_goes_where_it_belongs()
    {
        Sample("  eth0: 1000 10 3 3 3 3 3 3 500 5 3 3 3 3 3 3");
        Sample("  eth0:86787794 2600 3 3 3 3 3 3 150735 1688 3 3 3 3 3 3"); // no space after the colon

        Assert.Equal((86786794, 2590, 150235, 1683), (_stats.BytesIn, _stats.PacketsIn, _stats.BytesOut, _stats.PacketsOut));
    }

    [Fact]
    public void Loopback_and_members_of_bridges_and_bonds_are_not_counted()
    {
        _files.Interface("br0", 3, "bridge");
        _files.Interface("eth1", 4, "e1000", master: "br0");
        _files.Interface("bond0", 5, "bonding");
        _files.Interface("eth2", 6, "e1000", master: "bond0");
        string[] names = ["lo", "eth0", "br0", "eth1", "bond0", "eth2"];
        Sample(Array.ConvertAll(names, name => $"{name}: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"));
        Sample(Array.ConvertAll(names, name => $"{name}: 100 1 0 0 0 0 0 0 10 1 0 0 0 0 0 0"));

        Assert.Equal((300, 30), (_stats.BytesIn, _stats.BytesOut));
        Assert.Equal("eth0, br0, bond0", _source.CountedInterfaces);
    }

    [Fact]
    public void An_interface_made_anew_under_its_old_name_counts_from_zero()
    {
        Sample("eth0: 5000 50 0 0 0 0 0 0 10 1 0 0 0 0 0 0");
        _files.Interface("eth0", 9);
        Sample("eth0: 7000 70 0 0 0 0 0 0 20 2 0 0 0 0 0 0");

        Assert.Equal((7000, 20), (_stats.BytesIn, _stats.BytesOut));
    }

    [Fact]
    public void An_interface_that_leaves_its_bridge_brings_no_old_traffic()
    {
        _files.Interface("br0", 3, "bridge");
        _files.Interface("eth1", 4, "e1000", master: "br0");
        Sample("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "eth1: 9000 90 0 0 0 0 0 0 9000 90 0 0 0 0 0 0");
        _files.Interface("eth1", 4, "e1000");
        Sample("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "eth1: 9100 91 0 0 0 0 0 0 9100 91 0 0 0 0 0 0");

        Assert.Equal(0, _stats.BytesIn);
    }

    [Fact]
    public void Counters_past_four_gibibytes_are_whole_numbers()
    {
        Sample("eth0: 5050000000 10 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
        Sample("eth0: 9223372036854775807 11 0 0 0 0 0 0 0 0 0 0 0 0 0 0");

        Assert.Equal(9223372036854775807 - 5050000000, _stats.BytesIn);
    }

    [Fact]
    public void Odd_rows_are_left_out_and_counted()
    {
        _files.Devices("eth0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0", "wlan0: 1 2 3", "garbage", ": 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0",
            "x: -1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0", "y: 18446744073709551616 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0");

        _table.Refresh();

        Assert.Equal(5, _source.Sample(_counters, 0));
        Assert.Equal("eth0", _source.CountedInterfaces);
    }

    [Fact]
    public void An_interface_that_is_not_in_the_table_yet_is_new_to_the_next_sample()
    {
        Sample("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
        _files.Interface("wlan0", 3);
        _files.Devices("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "wlan0: 50 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
        _source.Sample(_counters, _uptimeMs += 1000);
        Sample("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "wlan0: 70 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0");

        Assert.Equal(70, _stats.BytesIn);
    }

    [Fact]
    public void Without_the_table_there_is_no_sample()
    {
        _files.Devices("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");

        Assert.Throws<IOException>(() => _source.Sample(_counters, 0));
    }

    private void Sample(params string[] rows)
    {
        _files.Devices(rows);
        _table.Refresh();
        Assert.Equal(0, _source.Sample(_counters, _uptimeMs += 300_000));
        _counters.Read(_stats);
    }
}
