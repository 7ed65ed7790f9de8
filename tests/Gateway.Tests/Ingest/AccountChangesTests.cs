using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Xunit;
using static Defender.Gateway.Tests.Ingest.AccountDesk;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>What a change of the account does to alarms that are open, and to the next reports.</summary>
public sealed class AccountChangesTests : IDisposable
{
    private const string AllThings = "arn:aws:iot:us-east-1:123456789012:all/things";

    private readonly AccountDesk _desk = new();

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData("profile deleted", false)]
    [InlineData("profile deleted", true)]
    [InlineData("profile detached", false)]
    [InlineData("profile detached", true)]
    [InlineData("behavior changed", false)]
    [InlineData("behavior changed", true)]
    [InlineData("behavior removed", false)]
    [InlineData("behavior removed", true)]
    [InlineData("behaviors deleted", false)]
    [InlineData("behaviors deleted", true)]
    [InlineData("behavior renamed", false)]
    [InlineData("behavior renamed", true)]
    public void An_alarm_whose_behavior_no_longer_applies_is_voided(string change, bool restarts)
    {
        _desk.Attach("p", ProfileTarget.AllThings, Below(5), Below(1000, "lenient"));
        _desk.Report("pump", 10);
        StoredViolation violation = Assert.Single(_desk.Active);
        if (restarts)
            _desk.Restart();

        _desk.Change(draft => Apply(change, draft));

        CheckVoid(violation);
    }

    [Theory]
    [InlineData("thing removed", false)]
    [InlineData("thing removed", true)]
    [InlineData("thing deleted", false)]
    [InlineData("thing deleted", true)]
    [InlineData("group deleted", true)]
    public void An_alarm_of_a_thing_that_leaves_the_profile_s_group_is_voided(string change, bool restarts)
    {
        Register("pump", "pumps");
        _desk.Attach("p", ProfileTarget.Group("pumps"), Below(5));
        _desk.Report("pump", 10);
        StoredViolation violation = Assert.Single(_desk.Active);
        if (restarts)
            _desk.Restart();

        _desk.Change(draft =>
        {
            if (change == "thing removed")
                ThingGroups.RemoveThing(draft, "pumps", "pump");
            else if (change == "thing deleted")
                Things.Delete(draft, "pump", null);
            else
                ThingGroups.Delete(draft, "pumps", null);
        });

        CheckVoid(violation);
    }

    [Fact]
    public void An_alarm_of_a_registered_thing_is_voided_when_the_thing_is_deleted()
    {
        _desk.Change(draft => Things.Create(draft, "pump", null, null, null));
        _desk.Attach("p", ProfileTarget.RegisteredThings, Below(5));
        _desk.Report("pump", 10);
        StoredViolation violation = Assert.Single(_desk.Active);

        _desk.Change(draft => Things.Delete(draft, "pump", null));
        CheckVoid(violation);

        _desk.Report("pump", 10);
        Assert.Empty(_desk.Active);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_alarm_on_a_custom_metric_is_voided_when_the_metric_goes_and_stays_when_another_comes(bool restarts)
    {
        Define("level", "number");
        _desk.Attach("p", ProfileTarget.AllThings, Level(new { number = 5 }, "less-than"));
        _desk.Report("pump", "{}", """{"level":[{"number":10}]}""");
        StoredViolation violation = Assert.Single(_desk.Active);
        if (restarts)
            _desk.Restart();

        Define("before", "number");
        Assert.Equal(violation.ViolationId, Assert.Single(_desk.Active).ViolationId);

        // A metric that is in use stays: its behavior goes first.
        _desk.Change(draft =>
        {
            SecurityProfiles.Update(draft, "p", JsonSerializer.SerializeToElement(new { deleteBehaviors = true }), null);
            CustomMetrics.Delete(draft, "level");
            CustomMetrics.Create(draft, "level", "number-list", null, null, NoTags);
            SecurityProfiles.Update(draft, "p", JsonSerializer.SerializeToElement(new { behaviors = new[] { Level(new { numbers = new[] { 1, 2 } }, "in-set") } }), null);
        });
        CheckVoid(violation);

        _desk.Report("pump", "{}", """{"level":[{"number_list":[3]}]}""");
        Assert.Equal("""{"numbers":[3]}""", Encoding.UTF8.GetString(Assert.Single(_desk.Active).LastViolationValue));
    }

    [Fact]
    public void A_thing_that_joins_a_group_is_judged_from_its_next_report_on()
    {
        Register("pump", "pumps");
        _desk.Change(draft => ThingGroups.Create(draft, "site", null, null, null, NoTags));
        _desk.Change(draft => ThingGroups.Create(draft, "wells", "site", null, null, NoTags));
        _desk.Attach("p", ProfileTarget.Group("site"), Below(5));
        _desk.Report("pump", 10);
        Assert.Empty(_desk.Active);

        // A profile of a parent group covers those below it.
        _desk.Change(draft => ThingGroups.AddThing(draft, "wells", "pump"));
        Assert.Empty(_desk.Active);
        _desk.Report("pump", 10);

        Assert.Equal(("pump", "p"), (Assert.Single(_desk.Active).ThingName, _desk.Active[0].SecurityProfileName));
    }

    [Fact]
    public void Changes_that_leave_the_behavior_as_it_is_leave_the_alarm_open()
    {
        _desk.Attach("p", ProfileTarget.AllThings, Below(5));
        _desk.Report("pump", 10);
        StoredViolation violation = Assert.Single(_desk.Active);

        _desk.Change(draft => SecurityProfiles.Update(draft, "p", JsonSerializer.SerializeToElement(
            new { securityProfileDescription = "other", behaviors = new[] { Below(7, "another"), Below(5) } }), null));
        _desk.Attach("q", ProfileTarget.AllThings, Below(1000));
        _desk.Change(draft => Things.Create(draft, "pump", null, null, null));
        _desk.Change(draft => SecurityProfiles.AttachTo(draft, "p", ProfileTarget.RegisteredThings));
        _desk.Change(draft => SecurityProfiles.Detach(draft, "p", AllThings));

        Assert.Contains(violation.ViolationId, _desk.Active.Select(active => active.ViolationId));
        Assert.Equal([StoredViolationEvent.InAlarm], _desk.EventsOf(violation.ViolationId));
    }

    [Fact]
    public void What_people_said_of_a_violation_survives_its_end()
    {
        _desk.Attach("p", ProfileTarget.AllThings, Below(5));
        _desk.Report("pump", 10);
        StoredViolation violation = Assert.Single(_desk.Active);
        var batch = new StoreBatch();
        batch.Verifications.Add(new VerificationRow(violation.ViolationId, new Verification("TRUE_POSITIVE", "a leak")));
        _desk.Store.Commit(batch);

        _desk.Change(draft => SecurityProfiles.Delete(draft, "p", null));

        Assert.Equal(new Verification("TRUE_POSITIVE", "a leak"), _desk.Store.ReadViolation(violation.ViolationId)!.Verification);
        Assert.All(_desk.Store.NewestEvents(10), row => Assert.Equal("TRUE_POSITIVE", row.Verification.State));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Further_violating_reports_move_the_last_violation_and_conforming_ones_end_it(bool restarts)
    {
        _desk.Attach("p", ProfileTarget.AllThings, Below(5));
        _desk.Report("pump", 10);
        StoredViolation first = Assert.Single(_desk.Active);
        if (restarts)
            _desk.Restart();

        _desk.Report("pump", 20);
        StoredViolation second = Assert.Single(_desk.Active);
        Assert.Equal((first.ViolationId, first.StartedAt, _desk.Clock.GetUtcNow()), (second.ViolationId, second.StartedAt, second.LastViolationAt));
        Assert.NotEqual(first.LastViolationValue, second.LastViolationValue);
        Assert.Equal([StoredViolationEvent.InAlarm], _desk.EventsOf(first.ViolationId));

        _desk.Clock.Advance(TimeSpan.FromHours(1));
        _desk.Report("pump", 1);
        Assert.Empty(_desk.Active);
        Assert.Equal([StoredViolationEvent.InAlarm, "alarm-cleared"], _desk.EventsOf(first.ViolationId));
        Assert.Equal(second.LastViolationAt, _desk.Store.ReadViolation(first.ViolationId)!.LastViolationAt);
    }

    private void CheckVoid(StoredViolation violation)
    {
        Assert.Empty(_desk.Active);
        Assert.Empty(_desk.Store.ListThingsInAlarm());
        Assert.Equal([StoredViolationEvent.InAlarm, "alarm-invalidated"], _desk.EventsOf(violation.ViolationId));
        Assert.Equal(_desk.Clock.GetUtcNow(), _desk.Store.ReadViolation(violation.ViolationId)!.EndedAt);
    }

    private static void Apply(string change, ControlDraft draft)
    {
        switch (change)
        {
            case "profile deleted":
                SecurityProfiles.Delete(draft, "p", null);
                break;
            case "profile detached":
                SecurityProfiles.Detach(draft, "p", AllThings);
                break;
            case "behavior changed":
                Update(Below(6), Below(1000, "lenient"));
                break;
            case "behavior renamed":
                Update(Below(5, "other"), Below(1000, "lenient"));
                break;
            case "behavior removed":
                Update(Below(1000, "lenient"));
                break;
            default:
                SecurityProfiles.Update(draft, "p", JsonSerializer.SerializeToElement(new { deleteBehaviors = true }), null);
                break;
        }

        void Update(params object[] behaviors) => SecurityProfiles.Update(draft, "p", JsonSerializer.SerializeToElement(new { behaviors }), null);
    }

    private void Register(string thing, string group) => _desk.Change(draft =>
    {
        ThingGroups.Create(draft, group, null, null, null, NoTags);
        Things.Create(draft, thing, null, null, null);
        ThingGroups.AddThing(draft, group, thing);
    });

    private void Define(string metric, string type) => _desk.Change(draft => CustomMetrics.Create(draft, metric, type, null, null, NoTags));

    private static object Level(object value, string comparison) =>
        new { name = "level", metric = "level", criteria = new { comparisonOperator = comparison, value } };
}
