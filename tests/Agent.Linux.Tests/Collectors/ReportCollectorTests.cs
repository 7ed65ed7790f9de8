using System;
using System.IO;
using Defender.Agent.Core.Counters;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;
using Defender.Agent.Linux.Collectors.Proc;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

public sealed class ReportCollectorTests : IDisposable
{
    private readonly ProcFiles _files = new();
    private readonly ManualTime _time = new();
    private readonly LogLines _log;

    public ReportCollectorTests()
    {
        _log = new LogLines(_time);
        _files.Interface("eth0", 2);
        _files.Devices("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
        _files.Sockets("tcp", "00000000:0016 00000000:0000 0A");
    }

    public void Dispose()
    {
        _files.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_failing_collector_costs_its_block_only_and_comes_back()
    {
        ReportCollector collector = Collector();
        collector.TakeBase();
        string tcp = Path.Combine(_files.Net, "tcp");
        File.Move(tcp, tcp + ".away");

        collector.Collect(1);

        Assert.False(collector.Report.TcpPorts.IsReported);
        Assert.True(collector.Report.UdpPorts.IsReported);
        Assert.True(collector.Report.NetworkStats.IsReported);
        Assert.Single(_log.Of(400));

        File.Move(tcp + ".away", tcp);
        collector.Collect(2);
        Assert.Equal(["22"], ReportText.Rows(collector.Report.TcpPorts));
    }

    [Fact]
    public void A_collector_that_goes_on_failing_is_logged_once_in_ten_minutes()
    {
        ReportCollector collector = new(new Broken(), new Broken(), new Broken(), new CollectorOptions(), _time, _log.Log);
        for (int minute = 0; minute <= 20; minute++)
        {
            collector.Collect(minute);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        // Four collectors, at minutes 0, 10 and 20.
        Assert.Equal(12, _log.Of(400).Length);
        Assert.Contains("error 400 Collector udp failed, its part is left out: no descriptor left (9 such lines since the last)", _log.Of(400));
        Assert.False(collector.Report.Connections.IsReported || collector.Report.NetworkStats.IsReported);
    }

    [Fact]
    public void Traffic_of_an_unaccepted_report_goes_into_the_next()
    {
        ReportCollector collector = Collector();
        collector.TakeBase();
        Traffic(100);
        collector.Collect(1);
        Assert.Equal(100, collector.Report.NetworkStats.BytesIn);

        Traffic(150);
        collector.Collect(2);
        Assert.Equal(150, collector.Report.NetworkStats.BytesIn);

        collector.Acknowledge();
        Traffic(155);
        collector.Collect(3);
        Assert.Equal(5, collector.Report.NetworkStats.BytesIn);
    }

    [Fact]
    public void The_first_report_without_a_base_leaves_traffic_out()
    {
        ReportCollector collector = Collector();

        collector.Collect(1);

        Assert.False(collector.Report.NetworkStats.IsReported);
    }

    [Fact]
    public void The_log_names_the_counted_interfaces_when_they_change()
    {
        ReportCollector collector = Collector();
        collector.Collect(1);
        collector.Collect(2);
        Assert.Equal(["info 402 Traffic is counted on: eth0"], _log.Of(402));

        _files.Interface("wlan0", 3);
        _files.Devices("eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "wlan0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
        collector.Collect(3);
        Assert.Equal("info 402 Traffic is counted on: eth0, wlan0", _log.Of(402)[^1]);
    }

    private void Traffic(long bytes)
    {
        _time.Advance(TimeSpan.FromMinutes(5));
        _files.Devices($"eth0: {bytes} {bytes} 0 0 0 0 0 0 0 0 0 0 0 0 0 0");
    }

    private ReportCollector Collector()
    {
        InterfaceTable table = _files.Table();
        return new ReportCollector(
            new ProcSocketSource(_files.Net), table, new ProcCounterSource(_files.Net, table), new CollectorOptions(), _time, _log.Log);
    }

    private sealed class Broken : ISocketSource, IAddressTable, ICounterSource
    {
        public string CountedInterfaces => "";

        public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit) => throw new IOException("no descriptor left");

        public void Refresh() => throw new IOException("no descriptor left");

        public string InterfaceOf(IpValue address) => "";

        public string NameOf(int index) => "";

        public int Sample(DeltaCounters counters, long uptimeMs) => throw new IOException("no descriptor left");
    }
}
