using System;
using System.Linq;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

public sealed class ReportRoomTests
{
    private const byte Untouched = 0xEE;

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void Fails_at_every_size_below_its_own_and_touches_nothing_beyond(ReportFormat format, ReportNames names)
    {
        FailsAtEverySizeBelowItsOwn(SampleReport.Full(), format, names);
        FailsAtEverySizeBelowItsOwn(SampleReport.Custom(), format, names);
    }

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void Shortened_reports_are_whole_documents_with_true_totals_at_every_size(ReportFormat format, ReportNames names)
    {
        int least = SampleReport.Write(WithoutRows(), format, names).Length;
        int most = SampleReport.Write(SampleReport.Full(), format, names).Length;
        byte[] buffer = new byte[most];
        ReportWriter writer = new(format, names);
        for (int capacity = 0; capacity <= most; capacity++)
        {
            Report report = SampleReport.Full();

            bool fits = writer.TryWriteTrimmed(report, buffer, 0, capacity, out int length);

            Assert.Equal(capacity >= least, fits);
            if (!fits)
                continue;

            Assert.True(length <= capacity);
            string text = ReportWriterTests.Decode(buffer[..length], format);
            using JsonDocument decoded = JsonDocument.Parse(text);
            Assert.Contains("70004", text, StringComparison.Ordinal);
            Assert.Equal(3, report.TcpPorts.Total);
        }
    }

    [Fact]
    public void Shortening_gives_connections_up_before_ports_and_takes_no_more_than_it_must()
    {
        Report report = new(50, 200);
        report.Begin(1);
        report.TcpPorts.Begin();
        report.Connections.Begin();
        for (int i = 0; i < 200; i++)
            SampleReport.Add(report, "192.0.2." + (i + 1), 443, 40000 + i, "eth0");
        for (int i = 0; i < 50; i++)
            report.TcpPorts.Add(i + 1, "eth0");
        byte[] buffer = new byte[8192];

        Assert.True(new ReportWriter(ReportFormat.Json, ReportNames.Long).TryWriteTrimmed(report, buffer, 0, buffer.Length, out int length));

        Assert.Equal(50, report.TcpPorts.Count);
        Assert.InRange(report.Connections.Count, 1, 199);
        Assert.InRange(buffer.Length - length, 0, 128);
    }

    [Fact]
    public void Default_rows_fit_into_a_message_with_the_longest_addresses_and_names()
    {
        const string LongestName = "fifteen-letters"; // IFNAMSIZ is 16 with its end
        Report report = new(Report.DefaultRows, Report.DefaultRows);
        report.Begin(long.MaxValue);
        report.TcpPorts.Begin();
        report.UdpPorts.Begin();
        report.Connections.Begin();
        report.NetworkStats.Set(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);
        for (int i = 0; i < Report.DefaultRows; i++)
        {
            report.TcpPorts.Add(65535, LongestName);
            report.UdpPorts.Add(65535, LongestName);
            SampleReport.Add(report, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535, 65535, LongestName);
        }

        Assert.InRange(SampleReport.Write(report, ReportFormat.Json, ReportNames.Long).Length, 90_000, Report.MaxBytes);
    }

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void More_rows_than_a_message_holds_are_shortened_to_it(ReportFormat format, ReportNames names)
    {
        const int Rows = 5000;
        Report report = new(Rows, Rows);
        report.Begin(1);
        report.TcpPorts.Begin();
        report.Connections.Begin();
        for (int i = 0; i < Rows; i++)
        {
            report.TcpPorts.Add(i + 1, "eth0");
            SampleReport.Add(report, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535, 65535, "eth0");
        }

        byte[] buffer = new byte[2 * Report.MaxBytes];
        Assert.True(new ReportWriter(format, names).TryWriteTrimmed(report, buffer, 0, Report.MaxBytes, out int length));

        Assert.InRange(length, Report.MaxBytes - (200 * 128), Report.MaxBytes);
        Assert.Equal((Rows, Rows), (report.TcpPorts.Total, report.Connections.Total));
    }

    [Fact]
    public void Refuses_a_range_outside_of_the_buffer()
    {
        ReportWriter writer = new(ReportFormat.Json, ReportNames.Long);

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.TryWrite(SampleReport.Full(), new byte[10], 5, 6, out _));
    }

    private static void FailsAtEverySizeBelowItsOwn(Report report, ReportFormat format, ReportNames names)
    {
        byte[] whole = SampleReport.Write(report, format, names);
        ReportWriter writer = new(format, names);
        const int Offset = 3;
        for (int capacity = 0; capacity <= whole.Length + 1; capacity++)
        {
            byte[] buffer = Enumerable.Repeat(Untouched, Offset + whole.Length + 8).ToArray();

            bool fits = writer.TryWrite(report, buffer, Offset, capacity, out int length);

            Assert.Equal(capacity >= whole.Length, fits);
            Assert.Equal(whole.Length, length);
            Assert.All(buffer[..Offset], value => Assert.Equal(Untouched, value));
            Assert.All(buffer[(Offset + capacity)..], value => Assert.Equal(Untouched, value));
            if (fits)
                Assert.Equal(whole, buffer[Offset..(Offset + length)]);
        }
    }

    private static Report WithoutRows()
    {
        Report report = SampleReport.Full();
        report.TcpPorts.Trim(0);
        report.UdpPorts.Trim(0);
        report.Connections.Trim(0);
        return report;
    }
}
