using System;
using System.IO;
using System.Text;
using System.Text.Json;
using Defender.Agent.Core.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Core.Tests.Reports;

public sealed class ReportWriterTests
{
    public static TheoryData<ReportFormat, ReportNames> Forms() => new()
    {
        { ReportFormat.Json, ReportNames.Long },
        { ReportFormat.Json, ReportNames.Short },
        { ReportFormat.Cbor, ReportNames.Long },
        { ReportFormat.Cbor, ReportNames.Short },
    };

    [Theory]
    [InlineData(ReportFormat.Json, ReportNames.Long, "full-long.json")]
    [InlineData(ReportFormat.Json, ReportNames.Short, "full-short.json")]
    [InlineData(ReportFormat.Cbor, ReportNames.Long, "full-long.cbor")]
    [InlineData(ReportFormat.Cbor, ReportNames.Short, "full-short.cbor")]
    public void Writes_the_golden_file(ReportFormat format, ReportNames names, string file)
    {
        byte[] expected = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "tests", "golden", "reports", file));

        Assert.Equal(expected, SampleReport.Write(SampleReport.Full(), format, names));
    }

    [Theory]
    [InlineData(ReportFormat.Json, ReportNames.Long, "custom-long.json")]
    [InlineData(ReportFormat.Json, ReportNames.Short, "custom-short.json")]
    [InlineData(ReportFormat.Cbor, ReportNames.Long, "custom-long.cbor")]
    [InlineData(ReportFormat.Cbor, ReportNames.Short, "custom-short.cbor")]
    public void Writes_the_golden_file_of_custom_metrics(ReportFormat format, ReportNames names, string file)
    {
        byte[] expected = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "tests", "golden", "reports", file));

        Assert.Equal(expected, SampleReport.Write(SampleReport.Custom(), format, names));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Decodes_to_the_model(ReportFormat format, ReportNames names)
    {
        const string LongForm =
            """
            {"header":{"report_id":1700000300,"version":"1.0"},"metrics":{
            "listening_tcp_ports":{"ports":[{"port":22},{"port":5432,"interface":"lo"}],"total":3},
            "listening_udp_ports":{"ports":[{"port":5353,"interface":"wlan0"}],"total":1},
            "network_stats":{"bytes_in":0,"bytes_out":23,"packets_in":65536,"packets_out":9007199254740991},
            "tcp_connections":{"established_connections":{"connections":[
            {"remote_addr":"192.0.2.10:443","local_port":50234,"local_interface":"eth0"},
            {"remote_addr":"198.51.100.7:8883","local_port":50235},
            {"remote_addr":"[2001:db8::1:0:0:1]:1","local_port":65535,"local_interface":"eth0"},
            {"remote_addr":"[fe80::1]:5353","local_port":0,"local_interface":"wlan0"}],"total":70004}}}}
            """;
        const string ShortForm =
            """
            {"hed":{"rid":1700000300,"v":"1.0"},"met":{
            "tp":{"pts":[{"pt":22},{"pt":5432,"if":"lo"}],"t":3},
            "up":{"pts":[{"pt":5353,"if":"wlan0"}],"t":1},
            "ns":{"bi":0,"bo":23,"pi":65536,"po":9007199254740991},
            "tc":{"ec":{"cs":[
            {"rad":"192.0.2.10:443","lp":50234,"li":"eth0"},
            {"rad":"198.51.100.7:8883","lp":50235},
            {"rad":"[2001:db8::1:0:0:1]:1","lp":65535,"li":"eth0"},
            {"rad":"[fe80::1]:5353","lp":0,"li":"wlan0"}],"t":70004}}}}
            """;

        string actual = Decode(SampleReport.Write(SampleReport.Full(), format, names), format);
        AssertSame(names == ReportNames.Long ? LongForm : ShortForm, actual);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Leaves_absent_blocks_out_and_keeps_metrics(ReportFormat format, ReportNames names)
    {
        string expected = names == ReportNames.Long
            ? """{"header":{"report_id":1,"version":"1.0"},"metrics":{}}"""
            : """{"hed":{"rid":1,"v":"1.0"},"met":{}}""";

        AssertSame(expected, Decode(SampleReport.Write(SampleReport.Empty(), format, names), format));
    }

    [Fact]
    public void Leaves_out_only_the_counters_that_were_not_measured()
    {
        Report report = SampleReport.Empty();
        report.NetworkStats.Set(bytesIn: 7, bytesOut: 8, NetworkStats.Absent, NetworkStats.Absent);

        AssertSame(
            """{"hed":{"rid":1,"v":"1.0"},"met":{"ns":{"bi":7,"bo":8}}}""",
            Decode(SampleReport.Write(report, ReportFormat.Cbor, ReportNames.Short), ReportFormat.Cbor));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Tells_an_empty_list_from_an_absent_one(ReportFormat format, ReportNames names)
    {
        Report report = SampleReport.Empty();
        report.UdpPorts.Begin();

        string expected = names == ReportNames.Long
            ? """{"header":{"report_id":1,"version":"1.0"},"metrics":{"listening_udp_ports":{"ports":[],"total":0}}}"""
            : """{"hed":{"rid":1,"v":"1.0"},"met":{"up":{"pts":[],"t":0}}}""";
        AssertSame(expected, Decode(SampleReport.Write(report, format, names), format));
    }

    [Theory]
    [InlineData("eth\"0")]
    [InlineData("eth\\0")]
    [InlineData("\0\u0001\b\t\n\f\r\u001f\u007f")]
    [InlineData("größe-泵-😀")]
    [InlineData("</script>")]
    public void Text_survives_both_formats(string interfaceName) => AssertInterface(interfaceName, interfaceName);

    [Fact]
    public void What_UTF_8_cannot_carry_is_replaced() => AssertInterface("lone \uFFFD surrogate", "lone \uD83D surrogate");

    [Theory]
    [InlineData(0, "00")]
    [InlineData(23, "17")]
    [InlineData(24, "1818")]
    [InlineData(255, "18ff")]
    [InlineData(256, "190100")]
    [InlineData(65535, "19ffff")]
    [InlineData(65536, "1a00010000")]
    [InlineData(4294967295, "1affffffff")]
    [InlineData(4294967296, "1b0000000100000000")]
    [InlineData(long.MaxValue, "1b7fffffffffffffff")]
    public void Cbor_integers_have_the_shortest_head(long value, string hex)
    {
        Report report = new(0, 0);
        report.Begin(value);

        // a2 "hed" a2 "rid" <value> ...: the id stands at byte 10.
        byte[] document = SampleReport.Write(report, ReportFormat.Cbor, ReportNames.Short);
        Assert.Equal(hex, Convert.ToHexStringLower(document.AsSpan(10, hex.Length / 2)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Json_integers_keep_all_their_digits(long value)
    {
        Report report = new(0, 0);
        report.Begin(value);

        using JsonDocument document = JsonDocument.Parse(SampleReport.Write(report, ReportFormat.Json, ReportNames.Long));
        Assert.Equal(value, document.RootElement.GetProperty("header").GetProperty("report_id").GetInt64());
    }

    [Fact]
    public void A_report_is_filled_again_without_a_trace_of_the_one_before()
    {
        Report report = SampleReport.Custom();
        report.Begin(1);

        Assert.Equal(
            SampleReport.Write(SampleReport.Empty(), ReportFormat.Json, ReportNames.Long),
            SampleReport.Write(report, ReportFormat.Json, ReportNames.Long));
    }

    [Fact]
    public void Writing_again_allocates_nothing()
    {
        Report report = SampleReport.Full();
        byte[] buffer = new byte[4096];
        foreach (ReportFormat format in new[] { ReportFormat.Json, ReportFormat.Cbor })
        {
            ReportWriter writer = new(format, ReportNames.Long);
            writer.TryWrite(report, buffer, 0, buffer.Length, out _);

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                writer.TryWrite(report, buffer, 0, buffer.Length, out _);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static void AssertInterface(string expected, string interfaceName)
    {
        Report report = new(1, 0);
        report.Begin(5);
        report.TcpPorts.Begin();
        report.TcpPorts.Add(80, interfaceName);
        foreach (ReportFormat format in new[] { ReportFormat.Json, ReportFormat.Cbor })
        {
            using JsonDocument document = JsonDocument.Parse(Decode(SampleReport.Write(report, format, ReportNames.Short), format));
            JsonElement row = document.RootElement.GetProperty("met").GetProperty("tp").GetProperty("pts")[0];
            Assert.Equal(expected, row.GetProperty("if").GetString());
        }
    }

    /// <summary>The JSON text of a report in either format.</summary>
    internal static string Decode(byte[] document, ReportFormat format) =>
        format == ReportFormat.Cbor ? CborText.ToJson(document) : Encoding.UTF8.GetString(document);

    private static void AssertSame(string expected, string actual)
    {
        using JsonDocument expectedDocument = JsonDocument.Parse(expected);
        using JsonDocument actualDocument = JsonDocument.Parse(actual);
        Assert.True(
            JsonElement.DeepEquals(expectedDocument.RootElement, actualDocument.RootElement), $"expected {expected}\nbut was  {actual}");
    }
}
