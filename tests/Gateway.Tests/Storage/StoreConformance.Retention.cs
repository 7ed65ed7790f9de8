using System;
using System.Linq;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// What is forgotten, and what is not.
public abstract partial class StoreConformance
{
    [StoreFact]
    public void Violations_that_ended_are_forgotten_with_all_their_events()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange(
        [
            Begin("ended", Noon.AddHours(-2)), End("ended", Noon.AddMilliseconds(-1)), End("ended", Noon.AddHours(1), "alarm-invalidated"),
            Begin("at the limit", Noon.AddHours(-2)), End("at the limit", Noon),
            Begin("open", Noon.AddHours(-3)),
            End("unknown", Noon.AddHours(-1)), End("new and unknown", Noon),
        ])));

        store.DeleteBefore(Noon, DateTimeOffset.MinValue);

        Assert.Null(store.ReadViolation("ended"));
        Assert.NotNull(store.ReadViolation("at the limit"));
        Assert.NotNull(store.ReadViolation("open"));
        Assert.Equal(
            ["at the limit alarm-cleared", "new and unknown alarm-cleared", "open in-alarm"],
            EventsOf(store, ViolationFilter.None).Select(row => $"{row.ViolationId} {row.Type}").Order(StringComparer.Ordinal));
        Assert.Equal(["open"], IdsOf(store.ListActiveViolations(ViolationFilter.None, before: null, 10)));
    }

    [StoreFact]
    public void Silent_things_are_forgotten_unless_an_alarm_is_open()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ThingStates.AddRange(
        [
            State("old", "1", inAlarm: false, Noon.AddMilliseconds(-1)), State("alarmed", "1", inAlarm: true, Noon.AddDays(-100)),
            State("at the limit", "1", inAlarm: false, Noon), State("heard again", "1", inAlarm: false, Noon.AddDays(-1)),
        ])));
        store.Commit(Batch(batch => batch.ThingStates.Add(State("heard again", "2", inAlarm: false, Noon.AddDays(1)))));

        store.DeleteBefore(Noon, DateTimeOffset.MinValue);

        Assert.Null(store.ReadThingState("old"));
        Assert.NotNull(store.ReadThingState("alarmed"));
        Assert.NotNull(store.ReadThingState("at the limit"));
        Assert.NotNull(store.ReadThingState("heard again"));
    }

    [StoreFact]
    public void Values_of_days_that_have_ended_are_forgotten()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange(
            [Block("a", Noon.AddDays(-9), "-9"), Block("a", Noon, "0"), Block("a", Midnight.AddMilliseconds(-1), "0"), Block("a", Midnight, "1")])));

        store.DeleteBefore(DateTimeOffset.MinValue, Midnight.AddMilliseconds(-1));
        Assert.Equal(["1", "0", "0"], TextsOf(store, "a"));
        store.DeleteBefore(DateTimeOffset.MinValue, Midnight);
        Assert.Equal(["1"], TextsOf(store, "a"));
    }

    [StoreFact]
    public void What_else_is_stored_is_kept()
    {
        using IStore store = Open();
        store.Commit(BatchOfAll("1"));

        store.DeleteBefore(Noon.AddDays(100), Noon);
        AssertHoldsAll(store, "1");

        store.DeleteBefore(Noon.AddDays(100), Noon.AddDays(100));
        Assert.Empty(TextsOf(store, "thing-1"));
        Assert.Equal(Bytes("1"), store.ReadValue("1"));
        Assert.Single(store.ReadOutbox("everyone", 0, 10));
        Assert.Single(store.ReadResources());
    }
}
