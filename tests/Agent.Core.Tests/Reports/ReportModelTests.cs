using System;
using System.Net;
using System.Text;
using Defender.Agent.Core.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

public sealed class ReportModelTests
{
    [Theory]
    [InlineData("0.0.0.1", "0.0.0.1:7")]
    [InlineData("255.255.255.255", "255.255.255.255:7")]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1:7")]
    [InlineData("::", "[::]:7")]
    [InlineData("::1", "[::1]:7")]
    [InlineData("1::", "[1::]:7")]
    [InlineData("2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:7")]
    [InlineData("2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:7")]
    [InlineData("2001:0:0:1:0:0:0:1", "[2001:0:0:1::1]:7")]
    [InlineData("1:2:3:4:5:6:0:0", "[1:2:3:4:5:6::]:7")]
    [InlineData("2001:DB8:AAAA:BBBB:CCCC:DDDD:EEEE:0FFF", "[2001:db8:aaaa:bbbb:cccc:dddd:eeee:fff]:7")]
    public void Endpoints_are_written_as_RFC_5952_has_it(string address, string expected) =>
        Assert.Equal(expected, Endpoint(IPAddress.Parse(address).GetAddressBytes(), 7));

    [Fact]
    public void Every_address_reads_back_as_itself()
    {
        // Bytes of 0 are common, so that runs of zero groups are.
        Gen<byte[]> addresses = Gen.Elements<byte>(0, 0, 0, 1, 0x10, 0xAB, 0xFF).ArrayOf(16);
        Prop.ForAll(addresses.ToArbitrary(), Gen.Choose(1, 65535).ToArbitrary(), (bytes, port) =>
        {
            IPEndPoint read = IPEndPoint.Parse(Endpoint(bytes, port));
            return read.Port == port && read.Address.MapToIPv6().Equals(new IPAddress(bytes).MapToIPv6());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Lists_stop_at_their_capacity_and_totals_do_not()
    {
        Report report = new(2, 1);
        report.Begin(1);
        for (int port = 1; port <= 5; port++)
            report.TcpPorts.Add(port, "");
        SampleReport.Add(report, "192.0.2.1", 1, 1, "");
        SampleReport.Add(report, "192.0.2.2", 2, 2, "");

        Assert.Equal((2, 5), (report.TcpPorts.Count, report.TcpPorts.Total));
        Assert.Equal((1, 2), (report.Connections.Count, report.Connections.Total));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65536)]
    public void Ports_outside_of_1_to_65535_are_refused(int port)
    {
        Report report = new(1, 1);

        Assert.Throws<ArgumentOutOfRangeException>(() => report.TcpPorts.Add(port, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => report.Connections.Add(new byte[4], 0, 4, port, 1, ""));
        Assert.Equal(0, report.TcpPorts.Total + report.Connections.Total);
    }

    [Fact]
    public void A_counter_is_never_negative() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkStats().Set(0, 0, -2, 0));

    [Theory]
    [InlineData(0, 1700000000, 1700000000)]
    [InlineData(1700000000, 1700000000, 1700000001)]
    [InlineData(1700000000, 1600000000, 1700000001)]
    [InlineData(1700000000, 1700000300, 1700000300)]
    [InlineData(-5, 0, 1)]
    public void Report_ids_follow_the_clock_and_never_go_back(long last, long epochSeconds, long expected)
    {
        ReportId ids = new(last);

        Assert.Equal(expected, ids.Next(epochSeconds));
        Assert.Equal(expected + 1, ids.Next(epochSeconds));
        Assert.Equal(expected + 1, ids.Last);
    }

    private static string Endpoint(byte[] address, int port)
    {
        ConnectionList list = new(1);
        list.Add(address, 0, address.Length, port, 0, "");
        byte[] text = new byte[IpText.MaxEndpointBytes];
        return Encoding.ASCII.GetString(text, 0, list.WriteRemoteEndpoint(0, text));
    }
}
