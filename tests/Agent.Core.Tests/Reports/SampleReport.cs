using System.Linq;
using System.Net;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Core.Tests.Reports;

/// <summary>Reports for the tests of the writers.</summary>
internal static class SampleReport
{
    /// <summary>One of everything: with and without interface, IPv4, mapped, IPv6, link-local, totals above the lists.</summary>
    public static Report Full()
    {
        Report report = new(maxPorts: 2, maxConnections: 4);
        report.Begin(1700000300);
        report.TcpPorts.Begin();
        report.TcpPorts.Add(22, "");
        report.TcpPorts.Add(5432, "lo");
        report.TcpPorts.Add(8443, "eth0");
        report.UdpPorts.Begin();
        report.UdpPorts.Add(5353, "wlan0");
        report.NetworkStats.Set(bytesIn: 0, bytesOut: 23, packetsIn: 65536, packetsOut: 9007199254740991);
        report.Connections.Begin();
        Add(report, "192.0.2.10", 443, 50234, "eth0");
        Add(report, "::ffff:198.51.100.7", 8883, 50235, "");
        Add(report, "2001:db8::1:0:0:1", 1, 65535, "eth0");
        Add(report, "fe80::1", 5353, 0, "wlan0");
        report.Connections.CountUnlisted(70000);
        return report;
    }

    /// <summary>Custom metrics of every type and no other metric.</summary>
    public static Report Custom()
    {
        Report report = Empty();
        report.Begin(1700000300);
        CustomMetrics metrics = report.CustomMetrics;
        CustomMetricError[] errors =
        [
            metrics.AddNumber("cpu_temperature", 365, 1),
            metrics.AddNumber("rssi", -6700, 2),
            metrics.AddNumber("load:1", 5, 2),
            metrics.AddNumber("largest", CustomMetrics.MaxNumber, 0),
            metrics.AddNumber("least", -123456789, 9),
            metrics.AddNumberList("open_files", [0, 23, 24, -1, -25, 65536, -CustomMetrics.MaxNumber, 7], 7),
            metrics.AddStringList("processes", ["sshd", "/usr/bin/node", "eth0:443", "a-b_c.d"], 4),
            metrics.AddIpList("dns", ["192.0.2.53", "2001:db8::53", "::ffff:198.51.100.7"], 3),
            metrics.AddStringList("users", [], 0),
        ];
        return errors.All(error => error == CustomMetricError.None)
            ? report
            : throw new Xunit.Sdk.XunitException(string.Join(", ", errors));
    }

    /// <summary>A report whose every block is absent.</summary>
    public static Report Empty()
    {
        Report report = new(0, 0);
        report.Begin(1);
        return report;
    }

    public static void Add(Report report, string remote, int remotePort, int localPort, string interfaceName)
    {
        byte[] address = IPAddress.Parse(remote).GetAddressBytes();
        report.Connections.Add(address, 0, address.Length, remotePort, localPort, interfaceName);
    }

    /// <summary>Writes the report with all the room it needs.</summary>
    public static byte[] Write(Report report, ReportFormat format, ReportNames names)
    {
        byte[] buffer = new byte[Report.MaxBytes];
        return new ReportWriter(format, names).TryWrite(report, buffer, 0, buffer.Length, out int length)
            ? buffer[..length]
            : throw new Xunit.Sdk.XunitException($"{length} bytes do not fit");
    }
}
