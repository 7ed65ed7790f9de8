using System;
using System.Linq;
using System.Text;
using Defender.Evaluator.Scenarios;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>What a scenario file may say, and where and how a mistake in one is named.</summary>
public sealed class ScenarioReaderTests
{
    private const string Marks = " \n\"[]{}#,->+0x\\\u007f";

    private const string Profile =
        """
        profile {"securityProfileName": "pumps", "behaviors": [{"name": "no-telnet", "metric": "aws:listening-tcp-ports", "criteria": {"comparisonOperator": "not-in-port-set", "value": {"ports": [23]}}}]}

        """;

    [Theory]
    [InlineData("", "1:1: expected a step like: +5m pump-17 reports tcp-ports [22], found the end of the file")]
    [InlineData("# nothing but a comment", "1:24: expected a step like: +5m pump-17 reports tcp-ports [22], found the end of the file")]
    [InlineData("titl x\n+0s nothing", "1:1: expected title, definitions, option, profile, thing, or a step like +5m, found 'titl'; Did you mean title?")]
    [InlineData("option silense 1d", "1:8: expected an option: early-judgement, silence, window-grace or min-report-interval, found 'silense'; Did you mean silence?")]
    [InlineData("option early-judgement yes", "1:24: expected on or off, found 'yes'")]
    [InlineData("option silence 2 days", "1:16: expected a duration like 90s, 5m, 2h30m or 3d, at most 31 days, found '2'")]
    [InlineData("profile pumps.json", "1:9: cannot read pumps.json: there are no files")]
    [InlineData("profile {\"securityProfileName\":\n 1,}", "2:4: expected JSON from the brace on, up to the one that closes it")]
    [InlineData("profile {\"securityProfileName\": \"ü\", \"behaviors\": [{}]}", "1:9: securityProfileName: securityProfileName should have 1 to 128 characters")]
    [InlineData("profile {\"securityProfileName\": \"p\"}\nprofile {\"securityProfileName\": \"p\"}", "2:9: expected each profile once: p stands above")]
    [InlineData("profile {\"securityProfileName\": \"p\"} to everything", "1:41: expected all things, registered things, unregistered things, or group NAME, found 'everything'")]
    [InlineData("profile {\"securityProfileName\": \"p\"}\ndefinitions {}", "2:13: expected definitions once, and before the first profile")]
    [InlineData("definitions {\"customMetrics\": [{\"metricName\": \"a\", \"metricType\": \"text\"}]}", "1:13: customMetrics[0].metricType: ")]
    [InlineData("thing pump-17 registered", "1:15: expected in group NAME, or unregistered, found 'registered'; Did you mean unregistered?")]
    [InlineData("+0s\n", "1:4: expected the name of a thing, found the end of the line")]
    [InlineData("+5 pump-17 reports nothing", "1:1: expected an offset from the start like +0s, +5m, +2h30m or +3d, at most 31 days, found '+5'")]
    [InlineData("+5m nothing\n+4m nothing", "2:1: expected +5m or later: offsets count from the start, and steps are in the order of time")]
    [InlineData("+0s every 5m x 3 a reports nothing\n+9m nothing", "2:1: expected +10m or later")]
    [InlineData("+0s every 5m 3 a reports nothing", "1:14: expected x and how many times, like: every 5m x 12, found '3'")]
    [InlineData("+0s every 5m x 0 a reports nothing", "1:16: expected how many times: 1 to 100000, found '0'")]
    [InlineData("+0s every 1d x 33 a reports nothing", "1:16: expected an end within 31 days, found '33'")]
    [InlineData("+0s every 1s x 60000 a, b reports nothing", "1:1: expected at most 100000 reports and changes in one scenario, repetitions included")]
    [InlineData("+0s nothing pump-17", "1:13: expected the end of the line, found 'pump-17'")]
    [InlineData("+0s pump-17 report tcp-port [22]", "1:20: expected a metric, found 'tcp-port'; Did you mean tcp-ports?")]
    [InlineData("+0s pump-17 says tcp-ports [22]", "1:13: expected reports or counts, found 'says'")]
    [InlineData("+0s pump-17 reports tcp-ports 22", "1:31: expected a set in brackets, like [22, 443] or [], found '22'")]
    [InlineData("+0s pump-17 reports tcp-ports [22 443]", "1:35: expected a comma or ']' behind the member of a set, found '443'")]
    [InlineData("+0s pump-17 reports tcp-ports [ssh]", "1:31: expected numbers as JSON has them for aws:listening-tcp-ports, found 'ssh'")]
    [InlineData("+0s pump-17 reports bytes-out [1]", "1:31: expected a number, found '['")]
    [InlineData("+0s pump-17 reports bytes-out 1k", "1:31: expected numbers as JSON has them for aws:all-bytes-out, found '1k'")]
    [InlineData("+0s pump-17 reports bytes-out 1 bytes-out 2", "1:33: expected each metric once in a report: aws:all-bytes-out stands before")]
    [InlineData("+0s pump-17 reports messages-sent 1", "1:21: expected a metric, found 'messages-sent'; aws:num-messages-sent is counted by the gateway: write counts")]
    [InlineData("+0s pump-17 counts bytes-out 1", "1:20: expected a metric, found 'bytes-out'; aws:all-bytes-out comes in reports: write reports")]
    [InlineData("+0s pump-17 counts messages-sent -1", "1:34: expected a whole number, 0 or more for aws:num-messages-sent, found '-1'")]
    [InlineData("+0s pump-17 counts source-addresses [localhost]", "1:37: expected addresses for aws:source-ip-address, found 'localhost'")]
    [InlineData("+0s pump-17 counts messages-sent in Telemetry 3", "1:37: expected one of the dimensions in definitions, found 'Telemetry'")]
    [InlineData("+0s a, b, c report bytes-out 1, 2", "1:30: expected one value for all things, or 3, one for each; found 2")]
    [InlineData("+0s a, a report bytes-out 1", "1:10: expected each thing once: a is named twice")]
    [InlineData("+0s a reports \"x", "1:15: expected a quote at the end of the text, before the end of the line")]
    [InlineData("+0s a reports \"\\x\"", "1:15: expected \\\" \\\\ \\n or \\u0041 and the like behind each backslash of the text")]
    [InlineData("+0s a reports file r.cbor", "1:20: cannot read r.cbor: there are no files")]
    [InlineData("+0s profile detached", "1:13: expected the name of a profile, of which there is none")]
    [InlineData("profile {\"securityProfileName\": \"p\"} to group g\n+0s profile detached from group h", "2:27: expected what p is attached to")]
    [InlineData("+0s thing a leaves group g", "1:27: expected a group that a is in: ")]
    [InlineData("+0s a reports nothing\n-> in-alarm x", "2:13: expected a behavior of the profiles above, found 'x'")]
    [InlineData("+0s a reports nothing\n-> rejected R20", "2:13: expected the rule that the report breaks, R01 to R19, found 'R20'")]
    [InlineData("+0s a, b report nothing\n-> rejected R12", "2:4: expected the name of a thing first, as there are several")]
    [InlineData("+0s a reports nothing\n-> nothing\n-> rejected R12", "3:1: expected either events or nothing, not both")]
    [InlineData("+0s a reports nothing\n-> rejected R12\n-> nothing", "3:1: expected either events or nothing, not both")]
    [InlineData("+0s a reports nothing\n-> c rejected R12", "2:4: expected an event like in-alarm, or a thing that stands above, found 'c'")]
    [InlineData("+0s größe reports tcp-ports 22", "1:29: expected a set in brackets, like [22, 443] or [], found '22'")]
    public void A_mistake_is_named_with_its_place_and_what_is_expected(string text, string expected)
    {
        ScenarioError error = Refuse(text);

        Assert.StartsWith(expected, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("in-alarm no-telet", "3:13: expected a behavior of the profiles above, found 'no-telet'; Did you mean no-telnet?")]
    [InlineData("in-alarm no-telnet of pump", "3:26: expected the name of a profile: pumps")]
    [InlineData("in-alarm no-telnet offending", "3:32: expected a value, or a set in brackets like [22, 443], found the end of the line")]
    [InlineData("in-alarm no-telnet threshold many", "3:33: expected a number, found 'many'")]
    [InlineData("in-alarm no-telnet at 5m", "3:26: expected an offset from the start like +5m, found '5m'")]
    [InlineData("in-alarm no-telnet because", "3:23: expected of, value, offending, threshold, at, or the end of the line, found 'because'")]
    [InlineData("inalarm no-telnet", "3:4: expected an event like in-alarm, or a thing that stands above, found 'inalarm'; Did you mean in-alarm?")]
    public void A_mistake_in_an_expectation_is_named(string expectation, string expected) =>
        Assert.StartsWith(expected, Refuse($"{Profile}+0s pump-17 reports tcp-ports [23]\n-> {expectation}\n").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Line_ends_byte_order_marks_and_indentation_do_not_matter()
    {
        string text = Profile + "+0s pump-17 reports tcp-ports [23]\n-> in-alarm no-telnet\n";

        foreach (string variant in new[] { text, '\uFEFF' + text, text.Replace("\n", "\r\n", StringComparison.Ordinal), text.Replace("\n", "\n\n\t# x\n  ", StringComparison.Ordinal), text.TrimEnd() })
            Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(variant)));
    }

    [Fact]
    public void A_title_is_the_rest_of_its_line() =>
        Assert.Equal("Pumps, one and all: 100 % # sure", ScenarioCorpus.Parse("title  Pumps, one and all: 100 % # sure \n+0s nothing").Title);

    [Theory]
    [InlineData("tcp-ports")]
    [InlineData("listening-tcp-ports")]
    [InlineData("aws:listening-tcp-ports")]
    public void A_metric_has_its_name_and_a_short_one(string metric) => Assert.Empty(ScenarioRunner.Run(
        ScenarioCorpus.Parse($"{Profile}+0s pump-17 reports {metric} [23]\n-> in-alarm no-telnet\n")));

    [Fact]
    public void Keywords_in_quotes_are_names() => Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(
        $"{Profile}+0s \"profile\", \"nothing\", \"a \\\"b\\\"\" report tcp-ports [23], [22], [23]\n-> \"profile\" in-alarm no-telnet\n-> \"a \\\"b\\\"\" in-alarm no-telnet\n")));

    [Fact]
    public void Texts_beyond_the_limits_are_refused()
    {
        Assert.Equal("1:1: expected at most 1048576 bytes", Refuse(new string('#', (1 << 20) + 1)).ToString());
        Assert.Equal("1:1: expected text in UTF-8", Refuse([0xFF]).ToString());
        Assert.Contains("expected at most 1000 things", Refuse("+0s " + string.Join(", ", Enumerable.Range(0, 1001).Select(i => $"t{i}")) + " report nothing").Message, StringComparison.Ordinal);
        string profiles = string.Concat(Enumerable.Range(0, 101).Select(i => $"profile {{\"securityProfileName\": \"p{i}\"}}\n"));
        Assert.Contains("expected at most 100 profiles", Refuse(profiles + "+0s nothing").Message, StringComparison.Ordinal);
        string arrows = string.Concat(Enumerable.Repeat("-> in-alarm no-telnet\n", 1001));
        Assert.Contains("expected at most 1000 events of one step", Refuse($"{Profile}+0s a reports nothing\n{arrows}").Message, StringComparison.Ordinal);
    }

    /// <summary>Each file of the repository with bytes cut out, doubled and replaced: an answer, never an exception, and always in time.</summary>
    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        var random = new Random(20261121);
        int refused = 0;
        foreach (string file in ScenarioCorpus.Files)
        {
            byte[] whole = Encoding.UTF8.GetBytes(ScenarioCorpus.Text(file));
            for (int i = 0; i < 40; i++)
            {
                int at = random.Next(whole.Length);
                int length = random.Next(1, Math.Min(40, whole.Length - at) + 1);
                byte[] damaged = (i % 3) switch
                {
                    0 => [.. whole[..at], .. whole[(at + length)..]],
                    1 => [.. whole[..(at + length)], .. whole[at..]],
                    _ => [.. whole[..at], (byte)Marks[random.Next(Marks.Length)], .. whole[(at + 1)..]],
                };
                if (!ScenarioReader.TryRead(damaged, ScenarioCorpus.NoFiles, out Scenario? scenario, out ScenarioError error))
                {
                    refused++;
                    Assert.True(error.Line >= 1 && error.Column >= 1 && error.Message.Length > 0);
                }
                else
                {
                    ScenarioRunner.Run(scenario);
                }
            }
        }

        Assert.True(refused > 1000);
    }

    private static ScenarioError Refuse(string text) => Refuse(Encoding.UTF8.GetBytes(text));

    private static ScenarioError Refuse(byte[] text)
    {
        Assert.False(ScenarioReader.TryRead(text, ScenarioCorpus.NoFiles, out Scenario? scenario, out ScenarioError error));
        Assert.Null(scenario);
        return error;
    }
}
