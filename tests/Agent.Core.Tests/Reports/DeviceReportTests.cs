using System;
using Defender.Agent.Core.Health;
using Defender.Agent.Core.Reports;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

/// <summary>The report of a busy device: 20 TCP ports, 20 UDP ports, 20 connections, and its health.</summary>
public sealed class DeviceReportTests
{
    private const int Rows = 20;

    private readonly Report _report = new(Rows, Rows);
    private readonly byte[] _buffer = new byte[4096];

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void Is_filled_and_written_into_4_KB_without_an_allocation(ReportFormat format, ReportNames names)
    {
        ReportWriter writer = new(format, names);
        byte[] address = [192, 0, 2, 1];
        int length = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Fill(address);
            Assert.True(writer.TryWrite(_report, _buffer, 0, _buffer.Length, out length));
            if (round == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(length, 1000, _buffer.Length);
    }

    private void Fill(byte[] address)
    {
        _report.Begin(1700000300);
        _report.TcpPorts.Begin();
        _report.UdpPorts.Begin();
        _report.Connections.Begin();
        for (int i = 0; i < Rows; i++)
        {
            _report.TcpPorts.Add(60000 + i, "wlan0");
            _report.UdpPorts.Add(61000 + i, "wlan0");
            _report.Connections.Add(address, 0, 4, 8883, 49152 + i, "wlan0");
        }

        _report.NetworkStats.Set(1_000_000_000, 1_000_000_000, NetworkStats.Absent, NetworkStats.Absent);
        _report.CustomMetrics.AddNumber(HealthMetrics.FreeHeap, 50_000, 0);
        _report.CustomMetrics.AddNumber(HealthMetrics.Uptime, 86_400, 0);
        _report.CustomMetrics.AddNumber(HealthMetrics.Rssi, -67, 0);
    }
}
