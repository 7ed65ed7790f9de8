using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Agent.Core.Reports;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>What the agent puts into a report the gateway takes as a datapoint, and what the agent refuses the gateway would drop.</summary>
public sealed class CustomMetricsAgreementTests
{
    private static readonly MetricCatalog Catalog = new(
    [
        new("n", MetricValueKind.Number), new("l", MetricValueKind.Numbers), new("s", MetricValueKind.Strings), new("i", MetricValueKind.Cidrs),
    ]);

    private static readonly (Agent.Core.Reports.ReportFormat, ReportNames, Evaluator.Reports.ReportFormat)[] Forms =
    [
        (Agent.Core.Reports.ReportFormat.Json, ReportNames.Long, Evaluator.Reports.ReportFormat.Json),
        (Agent.Core.Reports.ReportFormat.Json, ReportNames.Short, Evaluator.Reports.ReportFormat.Json),
        (Agent.Core.Reports.ReportFormat.Cbor, ReportNames.Long, Evaluator.Reports.ReportFormat.Cbor),
        (Agent.Core.Reports.ReportFormat.Cbor, ReportNames.Short, Evaluator.Reports.ReportFormat.Cbor),
    ];

    private readonly Agent.Core.Reports.Report _report = new(maxPorts: 0, maxConnections: 0);
    private readonly Evaluator.Reports.Report _read = new();
    private readonly ReportReader _reader = new();
    private readonly byte[] _buffer = new byte[Agent.Core.Reports.Report.MaxBytes];

    [Fact]
    public void Every_type_arrives_with_its_values()
    {
        _report.Begin(7);
        _report.CustomMetrics.AddNumber("n", -123456, 4);
        _report.CustomMetrics.AddNumberList("l", [0, -1, CustomMetrics.MaxNumber], 3);
        _report.CustomMetrics.AddStringList("s", ["/usr/bin/node", "eth0:443"], 2);
        _report.CustomMetrics.AddIpList("i", ["192.0.2.1", "2001:db8::1"], 2);

        foreach (string[] values in ReadInAllForms())
            Assert.Equal(["n -12.3456", "l 0 -1 999999999999999", "s /usr/bin/node eth0:443", "i 192.0.2.1 2001:db8::1"], values);
    }

    [Fact]
    public void Both_sides_agree_on_what_is_an_address()
    {
        Gen<string> parts = Gen.Elements(":", "::", ".", "0", "1", "00", "255", "256", "ffff", "FE80", "12345", "192.0.2.1", "g", "%eth0", "/8");
        Gen<string> texts = Gen.Choose(1, 17).SelectMany(count => parts.ArrayOf(count)).Select(string.Concat);
        Gen<string> groups =
            from count in Gen.Choose(1, 9)
            from values in Gen.Elements("0", "1", "db8", "ffff", "").ArrayOf(count)
            from end in Gen.Elements("", ":1.2.3.4", ":", "::")
            select string.Join(':', values) + end;
        int taken = 0;
        Prop.ForAll(Gen.OneOf(texts, groups).ToArbitrary(), text =>
        {
            _report.Begin(1);
            bool isTaken = _report.CustomMetrics.AddIpList("i", [text], 1) == CustomMetricError.None;
            taken += isTaken ? 1 : 0;
            return isTaken == Evaluator.Addresses.IpAddress.TryParse(Encoding.UTF8.GetBytes(text), out _);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
        Assert.True(taken > 1000, $"only {taken} of the texts were addresses");
    }

    [Fact]
    public void Both_sides_agree_on_every_character_of_names_and_texts()
    {
        for (int value = 0; value < 256; value++)
        {
            string character = ((char)value).ToString();
            _report.Begin(1);
            bool isTaken = _report.CustomMetrics.AddStringList("s", [character], 1) == CustomMetricError.None;
            Assert.True(isTaken == IsShown($$"""{"s":[{"string_list":["\u{{value:x4}}"]}]}"""), $"text U+{value:X4}");

            _report.Begin(1);
            isTaken = _report.CustomMetrics.AddNumber(character, 1, 0) == CustomMetricError.None;
            Assert.True(isTaken == IsTaken($$"""{"\u{{value:x4}}":[{"number":1}]}"""), $"name U+{value:X4}");
        }
    }

    private bool IsTaken(string customMetrics) => _reader.TryRead(
        Encoding.UTF8.GetBytes($$$"""{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{{{customMetrics}}}}"""),
        Evaluator.Reports.ReportFormat.Json,
        Catalog,
        _read,
        out _);

    private bool IsShown(string customMetrics) => IsTaken(customMetrics) && _read.Datapoints.Datapoints.Length == 1;

    private IEnumerable<string[]> ReadInAllForms()
    {
        foreach ((Agent.Core.Reports.ReportFormat format, ReportNames names, Evaluator.Reports.ReportFormat readAs) in Forms)
        {
            Assert.True(new ReportWriter(format, names).TryWrite(_report, _buffer, 0, _buffer.Length, out int length));
            bool isRead = _reader.TryRead(_buffer.AsSpan(0, length), readAs, Catalog, _read, out ReportError error);
            Assert.True(isRead, error.ToString());
            Assert.Equal(0, _read.Dropped.Length);
            yield return [.. _read.Datapoints.Datapoints.ToArray().Select(Describe)];
        }
    }

    private string Describe(Datapoint datapoint)
    {
        DatapointBuffer values = _read.Datapoints;
        return datapoint.Metric.Name + " " + datapoint.Metric.Kind switch
        {
            MetricValueKind.Number => datapoint.Number.ToString("R"),
            MetricValueKind.Numbers => string.Join(' ', values.Numbers(datapoint).ToArray()),
            MetricValueKind.Cidrs => string.Join(' ', values.Addresses(datapoint).ToArray()),
            _ => string.Join(' ', Enumerable.Range(0, datapoint.Length).Select(i => Encoding.UTF8.GetString(values.String(datapoint, i)))),
        };
    }
}
