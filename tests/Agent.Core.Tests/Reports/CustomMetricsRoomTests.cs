using System;
using System.Linq;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

public sealed class CustomMetricsRoomTests
{
    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void Custom_metrics_never_take_more_than_their_half_of_a_message(ReportFormat format, ReportNames names)
    {
        // The costliest of each type: what a metric is budgeted must never be less than what it takes.
        foreach (Func<CustomMetrics, string, CustomMetricError> add in new Func<CustomMetrics, string, CustomMetricError>[]
        {
            (metrics, name) => metrics.AddNumber(name, -CustomMetrics.MaxNumber, 9),
            (metrics, name) => metrics.AddNumberList(name, [.. Enumerable.Repeat(-CustomMetrics.MaxNumber, 1000)], 1000),
            (metrics, name) => metrics.AddNumberList(name, [.. Enumerable.Repeat(0L, 24)], 24),
            (metrics, name) => metrics.AddStringList(name, [.. Enumerable.Repeat(new string('t', 256), 25)], 25),
            (metrics, name) => metrics.AddStringList(name, [.. Enumerable.Repeat("t", 1000)], 1000),
            (metrics, name) => metrics.AddIpList(name, ["::"], 1),
            (metrics, name) => metrics.AddIpList(name, [.. Enumerable.Repeat("0000:0000:0000:0000:0000:ffff:255.255.255.255", 1000)], 1000),
            (metrics, name) => metrics.AddIpList(name, [], 0),
        })
        {
            foreach (int nameLength in new[] { 3, 128 })
            {
                Report report = SampleReport.Empty();
                int empty = SampleReport.Write(report, format, names).Length;
                for (int i = 0; i < CustomMetrics.MaxMetrics; i++)
                {
                    if (add(report.CustomMetrics, i.ToString().PadRight(nameLength, 'n')) is CustomMetricError.NoRoom)
                        break;
                }

                Assert.True(report.CustomMetrics.Count > 0);
                Assert.InRange(SampleReport.Write(report, format, names).Length - empty, 1, CustomMetrics.MaxBytes);
            }
        }
    }

    [Fact]
    public void The_metric_that_has_no_room_is_refused_and_a_smaller_one_is_taken()
    {
        Report report = SampleReport.Empty();
        string[] texts = [.. Enumerable.Repeat(new string('t', 256), 200)];

        Assert.Equal(CustomMetricError.None, report.CustomMetrics.AddStringList("a", texts, 200));
        Assert.Equal(CustomMetricError.NoRoom, report.CustomMetrics.AddStringList("b", texts, 200));
        Assert.Equal(CustomMetricError.None, report.CustomMetrics.AddStringList("b", texts, 1));
    }

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void The_largest_report_fits_into_a_message_with_all_its_custom_metrics(ReportFormat format, ReportNames names)
    {
        Report report = new(Report.DefaultRows, 5000);
        report.Begin(long.MaxValue);
        report.Connections.Begin();
        report.TcpPorts.Begin();
        for (int i = 0; i < 5000; i++)
        {
            report.TcpPorts.Add(65535, "fifteen-letters");
            SampleReport.Add(report, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535, 65535, "fifteen-letters");
        }

        report.CustomMetrics.AddNumber("first", 1, 0);
        report.CustomMetrics.AddStringList("s", [.. Enumerable.Repeat(new string('t', 256), 240)], 240);
        byte[] buffer = new byte[Report.MaxBytes];

        Assert.True(new ReportWriter(format, names).TryWriteTrimmed(report, buffer, 0, buffer.Length, out int length));

        Assert.InRange(length, Report.MaxBytes - 256, Report.MaxBytes);
        Assert.Equal((2, 0), (report.CustomMetrics.Count, report.CustomMetrics.LeftOut));
        Assert.Equal(Report.DefaultRows, report.TcpPorts.Count);
        Assert.Equal(5000, report.Connections.Total);
    }

    [Theory]
    [MemberData(nameof(ReportWriterTests.Forms), MemberType = typeof(ReportWriterTests))]
    public void Where_rows_are_not_enough_whole_metrics_are_left_out_from_the_last(ReportFormat format, ReportNames names)
    {
        int least = SampleReport.Write(SampleReport.Empty(), format, names).Length + 4; // the longer id
        int most = SampleReport.Write(SampleReport.Custom(), format, names).Length;
        byte[] buffer = new byte[most];
        string[] all = Names(SampleReport.Write(SampleReport.Custom(), format, names), format);
        int before = -1;
        for (int capacity = least + 9; capacity <= most; capacity++)
        {
            Report report = SampleReport.Custom();
            Assert.True(new ReportWriter(format, names).TryWriteTrimmed(report, buffer, 0, capacity, out int length));

            Assert.True(length <= capacity);
            Assert.Equal(all[..report.CustomMetrics.Count], Names(buffer[..length], format));
            Assert.Equal(all.Length, report.CustomMetrics.Count + report.CustomMetrics.LeftOut);
            Assert.True(report.CustomMetrics.Count >= before);
            before = report.CustomMetrics.Count;
        }

        Assert.Equal(all.Length, before);
    }

    private static string[] Names(byte[] document, ReportFormat format)
    {
        using JsonDocument decoded = JsonDocument.Parse(ReportWriterTests.Decode(document, format));
        JsonElement root = decoded.RootElement;
        return root.TryGetProperty("custom_metrics", out JsonElement metrics) || root.TryGetProperty("cmet", out metrics)
            ? [.. metrics.EnumerateObject().Select(metric => metric.Name)]
            : [];
    }
}
