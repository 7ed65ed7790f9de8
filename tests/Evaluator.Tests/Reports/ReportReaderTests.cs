using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Reports;
using Xunit;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>The rules where the corpora have one file for many cases; each document as JSON and as CBOR.</summary>
public sealed class ReportReaderTests
{
    private const string Header = "'header':{'report_id':7,'version':'1.0'}";

    private readonly ReportReader _reader = new();
    private readonly Report _report = new();

    [Theory]
    [InlineData(ReportRule.R04, "bi", "{H,'metrics':{'ns':{'bytes_in':1,'bi':1}}}", 7)]
    [InlineData(ReportRule.R04, "rid", "{'hed':{'report_id':7,'rid':7,'v':'1.0'},'met':{}}", null)]
    [InlineData(ReportRule.R04, "v", "{'hed':{'rid':7,'version':'1.0','v':'1.0'},'met':{}}", 7)]
    [InlineData(ReportRule.R04, "header", "{'hed':{'rid':7,'v':'1.0'},'met':{},'header':null}", null)]
    [InlineData(ReportRule.R04, "metrics", "{'met':{},'metrics':null,H}", 7)] // the header comes behind the error
    [InlineData(ReportRule.R04, "x", "{H,'x':1,'met':{},'x':2}", null)]
    [InlineData(ReportRule.R04, "x", "{H,'met':{'a':[{'x':1,'y':{'x':1},'x':2}]}}", null)]
    [InlineData(ReportRule.R04, "header", "{H,'met':{},H}", null)]
    [InlineData(ReportRule.R04, "pt", "{H,'met':{'tp':{'pts':[{'pt':1,'port':2,'pt':3}]}}}", null)]
    [InlineData(ReportRule.R07, "", "{'hed':7,'met':{}}", null)]
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':7,'v':'1.'},'met':{}}", 7)]
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':7,'v':'1.٣'},'met':{}}", 7)]
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':7,'v':null},'met':{}}", 7)]
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':9223372036854775808,'v':'1.0'},'met':{}}", null)]
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':9223372036854775807.0,'v':'1.0'},'met':{}}", null)] // as a double it is 2^63
    [InlineData(ReportRule.R07, "", "{'hed':{'rid':-1,'v':'1.0'},'met':{}}", null)]
    [InlineData(ReportRule.R08, "", "{H,'met':null,'cmet':null}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':{'bi':-1}}}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':{'bi':0.5}}}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':{'bi':36893488147419103232}}}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':{'bi':'1'}}}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':{'bi':true}}}", 7)]
    [InlineData(ReportRule.R11, "", "{H,'met':{'ns':[]}}", 7)]
    [InlineData(ReportRule.R12, "", "{H,'met':{'up':{'pts':[{'pt':65536}]}}}", 7)]
    [InlineData(ReportRule.R12, "", "{H,'met':{'up':{'pts':[{'pt':0}]}}}", 7)]
    [InlineData(ReportRule.R12, "", "{H,'met':{'up':{'pts':[[]]}}}", 7)]
    [InlineData(ReportRule.R12, "", "{H,'met':{'tc':{'ec':{'cs':[{'rad':'192.0.2.1:1','lp':65536}]}}}}", 7)]
    [InlineData(ReportRule.R12, "", "{H,'met':{'tc':{'ec':{'cs':[{'rad':'192.0.2.1:1','li':false}]}}}}", 7)]
    [InlineData(ReportRule.R13, "", "{H,'met':{'up':{'t':-1}}}", 7)]
    [InlineData(ReportRule.R13, "", "{H,'met':{'tc':{'ec':{'t':1.5}}}}", 7)]
    [InlineData(ReportRule.R14, "", "{H,'met':{'tc':[]}}", 7)]
    [InlineData(ReportRule.R14, "", "{H,'met':{'tc':{'ec':{'cs':[{}]}}}}", 7)]
    [InlineData(ReportRule.R14, "", "{H,'met':{'tc':{'ec':{'cs':[{'rad':null}]}}}}", 7)]
    [InlineData(ReportRule.R14, "", "{H,'met':{'tc':{'ec':{'cs':[null]}}}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'rssi':[{'number':1},{'number':1}]}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'rssi':[]}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'rssi':[null]}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'rssi':[{'unit':'dBm'}]}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'rssi':[{'ip_list':[],'string_list':[]}]}}", 7)]
    [InlineData(ReportRule.R15, "", "{H,'cmet':{'never':[{'number':'1'}]}}", 7)] // the shape of undefined metrics too
    public void Broken_rule_is_named(ReportRule rule, string name, string document, int? reportId)
    {
        document = document.Replace("H", Header, StringComparison.Ordinal);
        // The writer of CBOR takes duplicate names from JsonDocument as they are.
        foreach ((byte[] payload, ReportFormat format) in Both(document))
        {
            Assert.False(Read(payload, format, out ReportError error), document);
            Assert.Equal((rule, format), (error.Rule, format));
            Assert.Equal(reportId, _report.HasReportId ? (int)_report.ReportId : null);
            if (name.Length > 0)
                Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{'hed':{'rid':-0,'v':'1.0'},'met':{}}", 0)]
    [InlineData("{'hed':{'rid':12.0,'v':'1.0'},'met':{}}", 12)]
    [InlineData("{'hed':{'rid':1e9,'v':'1.0'},'met':{}}", 1000000000)]
    [InlineData("{'hed':{'rid':120e-1,'v':'1.10'},'met':{}}", 12)]
    [InlineData("{'met':{},'x':[[[]]],'hed':{'v':'1.0','rid':3}}", 3)]
    [InlineData("{'hed':{'rid':9223372036854775807,'v':'1.007'},'cmet':{}}", 9223372036854775807)]
    public void Header_forms_are_taken(string document, long reportId)
    {
        foreach ((byte[] payload, ReportFormat format) in Both(document))
        {
            Assert.True(Read(payload, format, out ReportError error), error.ToString());
            Assert.Equal(reportId, _report.ReportId);
        }
    }

    [Theory]
    [InlineData("'tp':{'pts':[{'pt':5},{'pt':3},{'pt':5},{}]}", "aws:listening-tcp-ports ports 3 5|aws:num-listening-tcp-ports count 4")]
    [InlineData("'tp':{'t':3}", "aws:num-listening-tcp-ports count 3")]
    [InlineData("'tp':{'pts':null,'t':null}", "")]
    [InlineData("'tp':{}", "")]
    [InlineData("'up':{'t':0,'pts':[{'pt':65535}]}", "aws:listening-udp-ports ports 65535|aws:num-listening-udp-ports count 0")]
    [InlineData("'tp':{'pts':[]},'up':{'pts':[{'pt':1}]}", "aws:listening-tcp-ports ports |aws:listening-udp-ports ports 1|aws:num-listening-tcp-ports count 0|aws:num-listening-udp-ports count 1")]
    [InlineData("'up':{'t':9223372036854775808}", "dropped aws:num-listening-udp-ports")]
    [InlineData("'up':{'t':1e300}", "dropped aws:num-listening-udp-ports")]
    [InlineData("'ns':{'bi':18446744073709551616}", "dropped aws:all-bytes-in")]
    [InlineData("'ns':{'po':9007199254740992,'pi':9007199254740993}", "aws:all-packets-out count 9007199254740992|dropped aws:all-packets-in")]
    [InlineData("'ns':{'bi':null,'bytes_out':0}", "aws:all-bytes-out count 0")]
    [InlineData("'tc':{'ec':{'cs':[{'rad':'[::ffff:192.0.2.1]:1'},{'rad':'192.0.2.1:2'}]}}", "aws:destination-ip-addresses cidrs 192.0.2.1|aws:num-established-tcp-connections count 2")]
    [InlineData("'tc':null,'tp':null,'up':null,'ns':null", "")]
    public void Metrics_become_datapoints(string metrics, string expected) => CheckLines($"'met':{{{metrics}}}", expected);

    [Theory]
    [InlineData("'rssi':[{'number':0}]", "rssi number 0")]
    [InlineData("'rssi':null", "")] // R09
    [InlineData("'rssi':[{'number':null,'number_list':[1],'ip_list':null}]", "dropped rssi")]
    [InlineData("'latencies':[{'number_list':[1,1,0.5,12345678901234567890]}]", "latencies numbers 1 1 0.5 1.2345678901234567E+19")]
    [InlineData("'latencies':[{'number_list':[1,1e999]}]", "dropped latencies", true)]
    [InlineData("'rssi':[{'number':-1e999}]", "dropped rssi", true)]
    [InlineData("'services':[{'string_list':['','a:b_c-d/e.f9']}]", "services strings  a:b_c-d/e.f9")]
    [InlineData("'services':[{'string_list':['ok','ümlaut']}]", "dropped services")]
    [InlineData("'peers':[{'ip_list':['192.0.2.1','::FFFF:192.0.2.1','::1']}]", "peers cidrs 192.0.2.1 ::1")]
    [InlineData("'peers':[{'ip_list':['192.0.2.0/24']}]", "dropped peers")]
    [InlineData("'peers':[{'ip_list':['192.0.2.1:80']}]", "dropped peers")]
    [InlineData("'aws:all-bytes-in':[{'number':1}]", "dropped aws:all-bytes-in")] // a report cannot pose as a built-in metric
    [InlineData("'aws:destination-ip-addresses':[{'ip_list':['192.0.2.1']}]", "dropped aws:destination-ip-addresses")]
    public void Custom_metrics_become_datapoints(string metrics, string expected, bool isJsonOnly = false) =>
        CheckLines($"'cmet':{{{metrics}}}", expected, isJsonOnly);

    [Theory]
    [InlineData("'cmet':{'never':[{'number':1}]}", DropReason.NotDefined)]
    [InlineData("'cmet':{'aws:destination-ip-addresses':[{'ip_list':[]}]}", DropReason.NotDefined)]
    [InlineData("'cmet':{'rssi':[{'number_list':[1]}]}", DropReason.OtherType)]
    [InlineData("'cmet':{'rssi':[{'number':1e400}]}", DropReason.NumberTooLarge)]
    [InlineData("'cmet':{'services':[{'string_list':['a b']}]}", DropReason.StringNotAllowed)]
    [InlineData("'cmet':{'peers':[{'ip_list':['localhost']}]}", DropReason.NotAnAddress)]
    [InlineData("'met':{'ns':{'bi':1e16}}", DropReason.CounterWrapped)]
    [InlineData("'met':{'tp':{'t':1e19}}", DropReason.TotalTooLarge)]
    public void Dropped_datapoint_has_its_reason(string block, DropReason reason)
    {
        Assert.True(Read(SampleReport.Json($"{{{Header},{block}}}"), ReportFormat.Json, out ReportError error), error.ToString());

        Assert.Equal(0, _report.Datapoints.Datapoints.Length);
        Assert.Equal(reason, Assert.Single(_report.Dropped.ToArray()).Reason);
        Assert.NotEmpty(reason.ToText());
    }

    [Theory]
    [InlineData("{H,'met':{'tp':{'ports':[{'pt':1},{'pt':'2'}]}}}", "met.tp.ports[1].pt", "Found the string \"2\"; a whole number from 1 to 65535 is allowed.")]
    [InlineData("{H,'metrics':{'tcp_connections':{'ec':{'connections':[{'rad':'192.0.2.1:1'},{'local_port':1}]}}}}", "metrics.tcp_connections.ec.connections[1]", "The member remote_addr is missing.")]
    [InlineData("{H,'cmet':{'rssi':[{'number':true}]}}", "cmet.rssi[0].number", "Found true; a number is allowed.")]
    [InlineData("{H,'cmet':{'rssi':[{'number':1,'number_list':[2]}]}}", "cmet.rssi[0].number_list", "Only one of number, number_list, string_list, ip_list is allowed.")]
    [InlineData("{H}", "", "One of metrics, custom_metrics must be there.")]
    [InlineData("{'met':{}}", "", "The member header is missing.")]
    [InlineData("[]", "", "Found a list; an object is allowed.")]
    [InlineData("{H,'met':{'ns':{'bi':-1.5}}}", "met.ns.bi", "Found the number -1.5; a whole number from 0 to 2^64 is allowed.")]
    [InlineData("{H,'met':{'a':{'b':[0,{'c':1,'c':2}]}}}", "met.a.b[1].c", "The name \"c\" stands twice in one object.")]
    public void Errors_tell_place_and_reason(string document, string path, string message)
    {
        foreach ((byte[] payload, ReportFormat format) in Both(document.Replace("H", Header, StringComparison.Ordinal)))
        {
            Assert.False(Read(payload, format, out ReportError error));
            Assert.Equal((path, message), (error.Path, error.Message));
        }
    }

    [Fact]
    public void Offset_is_that_of_the_value()
    {
        byte[] payload = SampleReport.Json($"{{{Header},'met':{{'ns':{{'bi':'x'}}}}}}");

        Assert.False(Read(payload, ReportFormat.Json, out ReportError error));

        Assert.Equal(payload.AsSpan().IndexOf("\"x\""u8), error.Offset);
    }

    [Fact]
    public void A_fault_behind_a_broken_rule_is_told_instead_and_hides_the_id()
    {
        Assert.False(Read(SampleReport.Json($"{{{Header},'met':{{'ns':[]}},'x':01}}"), ReportFormat.Json, out ReportError error));

        Assert.Equal((ReportRule.R02, false), (error.Rule, _report.HasReportId));
    }

    [Fact]
    public void Names_in_errors_are_as_spelled_but_fit_for_a_log()
    {
        string name = "\\u0062\\n" + new string('n', 100);
        Assert.False(Read(SampleReport.Json($"{{{Header},'met':{{'{name}':[1,nul]}}}}"), ReportFormat.Json, out ReportError json));
        Assert.Equal("met." + name[..64] + "…", json.Path);

        byte[] cbor = [0xA1, 0x63, 0x61, 0x0A, 0x62, 0xA1, 0x7F, 0x61, 0x63, 0x61, 0x64, 0xFF, 0x81, 0xFF];
        Assert.False(Read(cbor, ReportFormat.Cbor, out ReportError error));
        Assert.Equal((ReportRule.R17, "a\\u000Ab.cd"), (error.Rule, error.Path));
    }

    [Theory]
    [InlineData(16, true)]
    [InlineData(17, false)]
    public void Sixteen_levels_are_the_limit(int levels, bool isAccepted)
    {
        string nested = new string('[', levels - 1) + new string(']', levels - 1);
        foreach ((byte[] payload, ReportFormat format) in Both($"{{{Header},'met':{{}},'x':{nested}}}"))
        {
            Assert.Equal(isAccepted, Read(payload, format, out ReportError error));
            Assert.Equal(isAccepted ? ReportRule.None : ReportRule.R05, error.Rule);
        }
    }

    [Theory]
    [InlineData(131072, ReportRule.None)]
    [InlineData(131073, ReportRule.R01)]
    public void Payload_of_128_KiB_is_the_largest(int length, ReportRule rule)
    {
        string start = $"{{{Header},'met':{{}},'x':'";
        byte[] payload = SampleReport.Json(start + new string('x', length - start.Length - 2) + "'}");
        Assert.Equal(length, payload.Length);

        Read(payload, ReportFormat.Json, out ReportError error);

        Assert.Equal((rule, true, 7), (error.Rule, _report.HasReportId, _report.ReportId));
    }

    [Theory]
    [InlineData("{'x':{'report_id':1},'header':{'report_id':5,'version':'9'},'metrics':oops", 5)]
    [InlineData("{'hed':{'rid':5}}", 5)]
    [InlineData("{'hed':{'rid':5", null)]
    [InlineData("{'hed':{'rid':'5'}}", null)]
    [InlineData("{'hed':null,'met':{}}", null)]
    [InlineData("oops", null)]
    [InlineData("", null)]
    public void Report_id_can_be_read_alone(string text, int? expected)
    {
        bool isKnown = _reader.TryReadReportId(SampleReport.Json(text), ReportFormat.Json, out long reportId);

        Assert.Equal(expected, isKnown ? (int)reportId : null);
    }

    [Fact]
    public void The_id_of_an_oversized_report_is_read_within_the_limit_only()
    {
        byte[] early = SampleReport.Json($"{{{Header},'x':'" + new string('x', 140000));
        byte[] late = SampleReport.Json("{'x':'" + new string('x', 140000) + $"',{Header}}}");

        Read(early, ReportFormat.Json, out _);
        Assert.True(_report.HasReportId);
        Read(late, ReportFormat.Json, out _);
        Assert.False(_report.HasReportId);
    }

    [Fact]
    public void Custom_metrics_have_their_limits()
    {
        Assert.True(Read(WithCustom(100, 1), ReportFormat.Json, out _));
        Assert.False(Read(WithCustom(101, 1), ReportFormat.Json, out ReportError tooMany));
        Assert.True(Read(WithCustom(1, 1000), ReportFormat.Json, out _));
        Assert.False(Read(WithCustom(1, 1001), ReportFormat.Json, out ReportError tooLong));

        Assert.Equal((ReportRule.R15, ReportRule.R15), (tooMany.Rule, tooLong.Rule));
        Assert.Equal(("cmet.m100", "cmet.m0[0].number_list[1000]"), (tooMany.Path, tooLong.Path));
    }

    [Fact]
    public void Many_unknown_names_are_told_apart()
    {
        string names = string.Join(',', Enumerable.Range(0, 12000).Select(i => $"'n{i}':0"));

        Assert.True(Read(SampleReport.Json($"{{{Header},'met':{{{names}}},'x':{{'n0':0}}}}"), ReportFormat.Json, out ReportError error), error.ToString());
        Assert.False(Read(SampleReport.Json($"{{{Header},'met':{{{names},'n11999':0}}}}"), ReportFormat.Json, out error));
        Assert.Equal((ReportRule.R04, "met.n11999"), (error.Rule, error.Path));
    }

    [Fact]
    public void Many_addresses_are_made_distinct()
    {
        string list = string.Join(',', Enumerable.Range(0, 3000).Select(i => $"{{'rad':'10.0.{i % 1000 / 250}.{i % 250}:1'}}"));

        Assert.True(Read(SampleReport.Json($"{{{Header},'met':{{'tc':{{'ec':{{'cs':[{list}]}}}}}}}}"), ReportFormat.Json, out _));

        Assert.Equal(3000, _report.Datapoints.Datapoints[0].Count);
        Assert.Equal(1000, _report.Datapoints.Addresses(_report.Datapoints.Datapoints[1]).Length);
    }

    [Fact]
    public void Sets_keep_the_order_of_first_appearance()
    {
        Assert.True(Read(SampleReport.Json($"{{{Header},'met':{{'tp':{{'pts':[{{'pt':9}},{{'pt':3}},{{'pt':9}},{{'pt':5}}]}}}}}}"), ReportFormat.Json, out _));

        Assert.Equal(new ushort[] { 9, 3, 5 }, _report.Datapoints.Ports(_report.Datapoints.Datapoints[1]).ToArray());
    }

    [Fact]
    public void Nothing_of_a_report_is_left_in_the_next()
    {
        Assert.True(Read(SampleReport.Json(SampleReport.Full()), ReportFormat.Json, out _));
        Assert.True(Read(SampleReport.Json("{'hed':{'rid':0,'v':'1.0'},'met':{}}"), ReportFormat.Json, out _));

        Assert.Equal("report 0", ReportText.Of(_report));
    }

    [Theory]
    [InlineData(ReportFormat.Json)]
    [InlineData(ReportFormat.Cbor)]
    public void Reading_allocates_nothing_after_the_first_time(ReportFormat format)
    {
        byte[] payload = format == ReportFormat.Json
            ? SampleReport.Json(SampleReport.Full().Replace("sshd", "ssh\\u0064", StringComparison.Ordinal))
            : SampleReport.Cbor(SampleReport.Full());
        Assert.True(Read(payload, format, out ReportError error), error.ToString());

        Assert.Equal(0, AllocatedBytes.Of(() => Read(payload, format, out _)));
        Assert.Equal(0, AllocatedBytes.Of(() => _reader.TryReadReportId(payload, format, out _)));
    }

    private static byte[] WithCustom(int metrics, int items)
    {
        string list = string.Join(',', Enumerable.Repeat("1", items));
        return SampleReport.Json($"{{{Header},'cmet':{{{string.Join(',', Enumerable.Range(0, metrics).Select(i => $"'m{i}':[{{'number_list':[{list}]}}]"))}}}}}");
    }

    private static IEnumerable<(byte[] Payload, ReportFormat Format)> Both(string document) =>
        [(SampleReport.Json(document), ReportFormat.Json), (SampleReport.Cbor(document), ReportFormat.Cbor)];

    private void CheckLines(string block, string expected, bool isJsonOnly = false)
    {
        string document = $"{{{Header},{block}}}";
        string lines = string.Join('\n', expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Prepend("report 7"));
        foreach ((byte[] payload, ReportFormat format) in isJsonOnly ? [(SampleReport.Json(document), ReportFormat.Json)] : Both(document))
        {
            Assert.True(Read(payload, format, out ReportError error), error.ToString());
            Assert.Equal(lines, ReportText.Of(_report));
        }
    }

    private bool Read(byte[] payload, ReportFormat format, out ReportError error) =>
        _reader.TryRead(payload, format, ReportCorpus.Metrics, _report, out error);
}
