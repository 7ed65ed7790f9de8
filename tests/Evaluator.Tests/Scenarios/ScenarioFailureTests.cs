using System.Linq;
using Defender.Evaluator.Scenarios;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>What a scenario says when something else comes than it expects.</summary>
public sealed class ScenarioFailureTests
{
    private const string Profile =
        """
        profile {"securityProfileName": "pumps", "behaviors": [
          {"name": "no-telnet", "metric": "aws:listening-tcp-ports", "criteria": {"comparisonOperator": "not-in-port-set", "value": {"ports": [23, 2323]}}},
          {"name": "few-ports", "metric": "aws:num-listening-tcp-ports", "criteria": {"comparisonOperator": "less-than", "value": {"count": 3}}}]}

        """;

    [Fact]
    public void A_wrong_detail_shows_what_was_expected_above_what_came()
    {
        AssertFails(
            """
            +5m  pump-17 reports tcp-ports [22, 2323]
                 -> in-alarm no-telnet offending [23]
            """,
            """
            line 4: +5m  pump-17 reports tcp-ports [22, 2323]
              - pump-17 in-alarm no-telnet offending [23]   # line 5: expected, did not come
              + pump-17 in-alarm no-telnet of pumps value [22, 2323] offending [2323] at +5m   # came, not expected
            """);
    }

    [Fact]
    public void An_event_that_is_not_expected_fails_and_those_that_are_stand_beside_it()
    {
        AssertFails(
            """
            +0s  pump-17 reports tcp-ports [21, 22, 23]
                 -> in-alarm no-telnet
            """,
            """
            line 4: +0s  pump-17 reports tcp-ports [21, 22, 23]
                pump-17 in-alarm no-telnet of pumps value [21, 22, 23] offending [23] at +0s
              + pump-17 in-alarm few-ports of pumps value 3 at +0s   # came, not expected
            """);
    }

    [Theory]
    [InlineData("+0s pump-17 reports tcp-ports [23]\n")]
    [InlineData("+0s pump-17 reports tcp-ports [23]\n -> nothing\n")]
    public void No_arrow_and_nothing_are_the_same(string steps)
    {
        ScenarioFailure failure = Assert.Single(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + steps)));

        Assert.Equal("+ pump-17 in-alarm no-telnet of pumps value [23] offending [23] at +0s   # came, not expected", Assert.Single(failure.Differences));
    }

    [Fact]
    public void An_event_that_does_not_come_fails_and_later_steps_go_on()
    {
        AssertFails(
            """
            +0s  pump-17 reports tcp-ports [22]
                 -> in-alarm no-telnet
            +5m  pump-17 reports tcp-ports [23]
                 -> in-alarm no-telnet
            +10m pump-17 reports tcp-ports [22]
            """,
            """
            line 4: +0s  pump-17 reports tcp-ports [22]
              - pump-17 in-alarm no-telnet   # line 5: expected, did not come
            line 8: +10m pump-17 reports tcp-ports [22]
              + pump-17 alarm-cleared no-telnet of pumps value [22] at +10m   # came, not expected
            """);
    }

    [Fact]
    public void A_rejected_report_says_why()
    {
        AssertFails(
            """
            +0s  pump-17 reports tcp-ports [0]
                 -> in-alarm no-telnet
            """,
            """
            line 4: +0s  pump-17 reports tcp-ports [0]
              - pump-17 in-alarm no-telnet   # line 5: expected, did not come
              + pump-17 rejected R12 at +0s   # metrics.listening_tcp_ports.ports[0].port: Found the number 0; a whole number from 1 to 65535 is allowed; came, not expected
            """);
    }

    [Theory]
    [InlineData("at +10m", "at +5m")]
    [InlineData("value [2323, 22]", "value [22]")]
    [InlineData("offending [2323.0]", "offending []")]
    [InlineData("of pumps", "of other")]
    public void A_detail_that_is_given_is_compared(string right, string wrong)
    {
        const string Steps = "profile {\"securityProfileName\": \"other\"}\n+10m pump-17 reports tcp-ports [22, 2323]\n -> in-alarm no-telnet ";

        Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + Steps + right)));
        Assert.Single(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + Steps + wrong)));
    }

    [Fact]
    public void What_came_can_be_copied_into_the_scenario()
    {
        const string Steps = "+0s \"pump 17\", \"nothing\" report tcp-ports [21, 22, 23] bytes-out 18446744073709551615\n";
        ScenarioFailure failure = Assert.Single(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + Steps)));

        string arrows = string.Concat(failure.Differences.Select(difference => $"-> {difference[2..]}\n"));

        Assert.Equal(6, failure.Differences.Length);
        Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + Steps + arrows)));
    }

    [Fact]
    public void A_step_that_goes_wrong_very_often_is_cut()
    {
        ScenarioFailure failure = Assert.Single(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + "+0s every 1s x 200 pump-17 reports tcp-ports [0]\n")));

        Assert.Equal(51, failure.Differences.Length);
        Assert.Equal("+ # and 150 more", failure.Differences[^1]);
    }

    [Fact]
    public void A_loose_expectation_leaves_the_event_that_a_strict_one_needs()
    {
        const string Steps =
            """
            +0s every 5m x 3  pump-17 reports tcp-ports [23]
                 -> in-alarm no-telnet
            +15m pump-17 reports tcp-ports []
                 pump-17 reports tcp-ports [2323]
                 pump-17 reports tcp-ports []
                 pump-17 reports tcp-ports [23]
                 -> alarm-cleared no-telnet
                 -> alarm-cleared no-telnet value []
                 -> in-alarm no-telnet
                 -> in-alarm no-telnet offending [2323]
            """;

        Assert.Empty(ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + Steps)));
    }

    private static void AssertFails(string steps, string expected) => Assert.Equal(
        expected,
        string.Join('\n', ScenarioRunner.Run(ScenarioCorpus.Parse(Profile + steps + "\n")).Select(failure => failure.ToString())));
}
