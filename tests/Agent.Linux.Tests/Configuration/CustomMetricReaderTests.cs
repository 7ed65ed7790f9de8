using System;
using System.Linq;
using Defender.Agent.Linux.Metrics;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

public sealed class CustomMetricReaderTests
{
    [Fact]
    public void Ready_made_ones_are_switched_on_by_name()
    {
        using Loaded loaded = new("{\"custom-metrics\":{\"uptime\":true,\n\"open-files\":false,\n\"containers\":true}}");

        Assert.Empty(loaded.Messages);
        Assert.Equal([("uptime", $"{loaded.File}:1"), ("containers", $"{loaded.File}:3")], loaded.Configuration.CustomMetrics.BuiltIn);
    }

    [Fact]
    public void Without_a_word_none_is_on()
    {
        using Loaded loaded = new("{}");

        Assert.Empty(loaded.Configuration.CustomMetrics.BuiltIn);
        Assert.Empty(loaded.Configuration.CustomMetrics.Own);
    }

    [Fact]
    public void Own_ones_have_a_type_and_a_source()
    {
        using Loaded loaded = new(
            """
            {"custom-metrics":{
              "failed-units":{"type":"number","command":["/usr/bin/count","--failed"],"timeout":7,"max-bytes":100},
              "peers":{"type":"ip-address-list","file":"/run/peers","max-bytes":2048}
            }}
            """);

        Assert.Empty(loaded.Messages);
        UserMetric command = loaded.Configuration.CustomMetrics.Own[0].Metric;
        UserMetric file = loaded.Configuration.CustomMetrics.Own[1].Metric;
        Assert.Equal(("failed-units", CustomMetricType.Number, TimeSpan.FromSeconds(7), 100), (command.Name, command.Type, command.Timeout, command.MaxBytes));
        Assert.Equal(["/usr/bin/count", "--failed"], command.Command);
        Assert.Equal(("peers", CustomMetricType.IpAddressList, "/run/peers", 2048), (file.Name, file.Type, file.File, file.MaxBytes));
    }

    [Theory]
    [InlineData("""{"uptme":true}""", "uptme: is no ready-made metric; did you mean 'uptime'?")]
    [InlineData("""{"uptime":1}""", "uptime: takes true, false or an object with type and command or file, not a number")]
    [InlineData("""{"uptime":{"type":"number","file":"/f"}}""", "uptime: is the name of a ready-made metric, which takes true or false; give your own another name")]
    [InlineData("""{"my metric":{"type":"number","file":"/f"}}""", "my metric: the name of a custom metric has letters, digits and : _ - only")]
    [InlineData("""{"aws:mine":{"type":"number","file":"/f"}}""", "aws:mine: names that begin with aws: are AWS's own")]
    [InlineData("""{"":{"type":"number","file":"/f"}}""", ": the name of a custom metric has 1 to 128 characters")]
    [InlineData("""{"m":{"file":"/f"}}""", "m: type is missing: one of number, number-list, string-list, ip-address-list")]
    [InlineData("""{"m":{"type":"numbr","file":"/f"}}""", "m.type: takes number, number-list, string-list, ip-address-list; did you mean 'number'?")]
    [InlineData("""{"m":{"type":"number"}}""", "m: has no source: give command or file")]
    [InlineData("""{"m":{"type":"number","file":"/f","command":["/c"]}}""", "m: has both command and file; one of them is its source")]
    [InlineData("""{"m":{"type":"number","file":"/f","timeout":5}}""", "m: timeout belongs to a command; a file has none")]
    [InlineData("""{"m":{"type":"number","file":""}}""", "m.file: is empty")]
    [InlineData("""{"m":{"type":"number","file":"/f","maxbytes":5}}""", "m.maxbytes: unknown key; did you mean 'max-bytes'?")]
    [InlineData("""{"m":{"type":"number","file":"/f","max-bytes":65537}}""", "m.max-bytes: takes a number from 1 to 65536, not 65537")]
    [InlineData("""{"m":{"type":"number","command":["/c"],"timeout":61}}""", "m.timeout: takes a number from 1 to 60, not 61")]
    [InlineData("""{"m":{"type":"number","command":["/c"],"timeout":"5s"}}""", "m.timeout: takes a number from 1 to 60, not a text")]
    [InlineData("""{"m":{"type":"number","command":"ls"}}""", "m.command: takes a list of texts, program and arguments: no shell reads it")]
    [InlineData("""{"m":{"type":"number","command":[]}}""", "m.command: takes a list of texts, program and arguments: no shell reads it")]
    [InlineData("""{"m":{"type":"number","command":["ls"]}}""", "m.command: 'ls': a program is given with its whole path, from /")]
    public void Mistakes_are_named(string metrics, string message)
    {
        using Loaded loaded = new($"{{\"custom-metrics\":{metrics}}}");

        Assert.Equal($"agent.json:1: custom-metrics.{message}", Assert.Single(loaded.Messages));
    }

    [Fact]
    public void A_report_has_at_most_a_hundred()
    {
        string Metrics(int count) => "{\"custom-metrics\":{" + string.Join(",", Enumerable.Range(0, count).Select(i => $"\"m{i}\":{{\"type\":\"number\",\"file\":\"/f\"}}")) + "}}";

        using Loaded most = new(Metrics(100));
        using Loaded more = new(Metrics(101));

        Assert.Empty(most.Messages);
        Assert.Equal("agent.json:1: custom-metrics: 101 metrics are on, a report has at most 100", Assert.Single(more.Messages));
    }

    [Fact]
    public void At_most_sixteen_are_commands()
    {
        string Metrics(int count) => "{\"custom-metrics\":{" + string.Join(",", Enumerable.Range(0, count).Select(i => $"\"m{i}\":{{\"type\":\"number\",\"command\":[\"/c\"]}}")) + "}}";

        using Loaded most = new(Metrics(16));
        using Loaded more = new(Metrics(17));

        Assert.Empty(most.Messages);
        Assert.Equal("agent.json:1: custom-metrics: 17 metrics are commands, at most 16 may be", Assert.Single(more.Messages));
    }
}
