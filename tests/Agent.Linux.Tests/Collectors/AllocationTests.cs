using System;
using System.Net;
using System.Net.Sockets;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Tests.Collectors.Live;
using Xunit;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>After the second report nothing is allocated any more, so that the collector of garbage never runs.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Reports = 20;

    private readonly OpenSockets _sockets = new();
    private readonly LogLines _log = new(TimeProvider.System);
    private readonly byte[] _payload = new byte[Report.MaxBytes];

    public void Dispose()
    {
        _sockets.Dispose();
        _log.Dispose();
    }

    [Theory]
    [InlineData(nameof(KernelPath.Auto), 500)]
    [InlineData(nameof(KernelPath.Auto), 10)] // more connections than are listed
    [InlineData(nameof(KernelPath.Proc), 500)]
    [InlineData(nameof(KernelPath.Proc), 10)]
    public void Reports_after_the_second_allocate_nothing(string path, int cap)
    {
        Socket server = _sockets.Listen(IPAddress.Any);
        Socket dual = _sockets.Listen(IPAddress.IPv6Any, dualMode: true);
        _sockets.Udp(IPAddress.Any);
        for (int i = 0; i < 30; i++)
        {
            _sockets.Connect(server, IPAddress.Loopback, IPAddress.Parse($"127.0.0.{i + 1}"));
            _sockets.Connect(dual, IPAddress.IPv6Loopback);
        }

        CollectorOptions options = new() { KernelPath = Enum.Parse<KernelPath>(path), Caps = new ReportCaps(500, cap) };
        ReportCollector collector = ReportCollector.ForThisMachine(options, TimeProvider.System, _log.Log);
        ReportWriter json = new(ReportFormat.Json, ReportNames.Long);
        ReportWriter cbor = new(ReportFormat.Cbor, ReportNames.Short);
        Collect(collector, json, cbor);
        Collect(collector, json, cbor);

        // Tests beside this one open and close sockets and interfaces of this machine: a list that grows is theirs.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Reports; i++)
                Collect(collector, json, cbor);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Empty(_log.Of(400));
        Assert.True(collector.Report.NetworkStats.IsReported);
        Assert.InRange(collector.Report.Connections.Total, 120, int.MaxValue);
    }

    private void Collect(ReportCollector collector, ReportWriter json, ReportWriter cbor)
    {
        collector.Collect(1);
        Assert.True(json.TryWriteTrimmed(collector.Report, _payload, 0, _payload.Length, out _));
        Assert.True(cbor.TryWriteTrimmed(collector.Report, _payload, 0, _payload.Length, out _));
        collector.Acknowledge();
    }
}
