using System.Linq;
using Defender.Evaluator.Reports;
using Defender.Gateway.Brokers;
using Xunit;

namespace Defender.Gateway.Tests.Brokers;

/// <summary>Where reports are looked for on an external broker.</summary>
public sealed class BrokerTopicTests
{
    [Theory]
    [InlineData("$aws/things/{thing}/defender/metrics/{format}", "$aws/things/+/defender/metrics/json $aws/things/+/defender/metrics/cbor")]
    [InlineData("fleet/{thing}", "fleet/+")]
    [InlineData("{format}/{thing}", "json/+ cbor/+")]
    public void Filters_cover_all_things(string template, string filters) => Assert.Equal(filters.Split(' '), Parse(template).Filters);

    [Theory]
    [InlineData("fleet/{thing}/{format}", "fleet/pump/json", "pump", ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "fleet/pump/cbor", "pump", ReportFormat.Cbor)]
    [InlineData("fleet/{thing}", "fleet/cbor", "cbor", ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "fleet//json", "", ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "fleet/pump/xml", null, ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "fleet/pump/json/accepted", null, ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "fleet/pump", null, ReportFormat.Json)]
    [InlineData("fleet/{thing}/{format}", "Fleet/pump/json", null, ReportFormat.Json)]
    [InlineData("fleet/{thing}", "fleet/a/b", null, ReportFormat.Json)]
    [InlineData("json/{thing}", "cbor/a", null, ReportFormat.Json)]
    public void A_topic_tells_thing_and_format(string template, string topic, string? thing, ReportFormat format)
    {
        Assert.Equal(thing is not null, Parse(template).TryRead(topic, out string? found, out ReportFormat foundFormat));
        Assert.Equal(thing, found);
        if (thing is not null)
            Assert.Equal(format, foundFormat);
    }

    [Theory]
    [InlineData("", "should be a topic without wildcards")]
    [InlineData("a/+/{thing}", "should be a topic without wildcards")]
    [InlineData("{thing}/#", "should be a topic without wildcards")]
    [InlineData("fleet/json", "should have one level {thing}")]
    [InlineData("{thing}/{thing}", "should have one level {thing}")]
    [InlineData("x{thing}", "should have one level {thing}")]
    [InlineData("{thing}/{format}/{format}", "should have one level {format} at most")]
    [InlineData("{thing}/x{format}", "should have no braces but in {thing} and {format}, which are levels of their own")]
    [InlineData("{thing}/{name}", "should have no braces but in {thing} and {format}, which are levels of their own")]
    public void Other_templates_are_refused(string template, string reason)
    {
        Assert.False(BrokerTopic.TryParse(template, out _, out string? found));
        Assert.Equal(reason, found);
    }

    [Fact]
    public void The_default_is_AWS() => Assert.Equal(Parse(BrokerTopic.DefaultTemplate).Filters.ToArray(), BrokerTopic.Default.Filters);

    private static BrokerTopic Parse(string template)
    {
        Assert.True(BrokerTopic.TryParse(template, out BrokerTopic? topic, out string? reason), reason);
        return topic;
    }
}
