using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Scenarios.Running;
using Xunit;
using static Defender.Evaluator.Alarms.ViolationEventType;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>Scenarios see violation ids only through the ledger, so it must catch what a broken judge would do.</summary>
public sealed class AlarmLedgerTests
{
    private static readonly Behavior Behavior =
        new("no-telnet", BuiltInMetrics.ListeningTcpPorts, new StaticCriteria(ComparisonOperator.NotInPortSet, MetricValue.OfPorts([23]), null));

    private readonly AlarmLedger _ledger = new();

    [Theory]
    [InlineData(AlarmCleared)]
    [InlineData(AlarmInvalidated)]
    public void An_alarm_that_ends_under_its_own_id_is_right(ViolationEventType end)
    {
        Assert.Null(Enter(InAlarm, "1"));
        Assert.Null(Enter(InAlarm, "2", "pump-18"));
        Assert.Null(Enter(end, "1"));
        Assert.Null(Enter(InAlarm, "3"));
    }

    [Fact]
    public void An_alarm_that_ends_under_another_id_is_wrong()
    {
        Enter(InAlarm, "1");

        Assert.Equal("pump-17 alarm-cleared no-telnet of site at +0s has the violation id 2, the alarm began with 1", Enter(AlarmCleared, "2"));
    }

    [Fact]
    public void An_id_that_is_used_again_is_wrong()
    {
        Enter(InAlarm, "1");
        Enter(AlarmCleared, "1");

        Assert.Equal("pump-17 in-alarm no-telnet of site at +0s has the violation id of an earlier alarm, 1", Enter(InAlarm, "1"));
    }

    [Fact]
    public void An_alarm_that_starts_twice_or_ends_without_a_start_is_wrong()
    {
        Assert.EndsWith("comes while no such alarm is open", Enter(AlarmCleared, "1"));
        Enter(InAlarm, "2");
        Assert.EndsWith("comes while that alarm is open", Enter(InAlarm, "3"));
    }

    private string? Enter(ViolationEventType type, string id, string thing = "pump-17") =>
        _ledger.Enter(new ViolationEvent(id, thing, "site", Behavior, type, Evaluator.Scenarios.Scenario.Start));
}
