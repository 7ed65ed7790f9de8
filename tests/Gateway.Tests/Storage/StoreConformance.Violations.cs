using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// Violations, their events, and what people say of them.
public abstract partial class StoreConformance
{
    [StoreFact]
    public void An_in_alarm_event_begins_a_violation()
    {
        using IStore store = Open();
        StoredViolationEvent begin = Begin("v1") with { IsSuppressed = true, CriteriaType = "STATISTICAL" };

        store.Commit(Batch(batch => batch.ViolationEvents.Add(begin)));

        StoredViolation violation = Assert.Single(store.ListActiveViolations(ViolationFilter.None, before: null, 10));
        Assert.Equal(begin.Behavior, violation.Behavior);
        Assert.Equal(begin.MetricValue, violation.LastViolationValue);
        Assert.Equal(
            new StoredViolation(violation.Id, "v1", "pump-17", "profile", "behavior", true, violation.Behavior, Noon, Noon, violation.LastViolationValue, null, Verification.Unknown),
            violation);
        Assert.Equal(violation.Id, store.ReadViolation("v1")!.Id);
        Assert.Null(store.ReadViolation("v2"));
    }

    [StoreFact]
    public void Flags_of_a_behavior_reach_its_active_violations_and_no_others()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange(
            [Begin("v1"), Begin("v2"), End("v2"), Begin("v3") with { BehaviorName = "other" }, Begin("v4") with { SecurityProfileName = "other" }])));

        store.Commit(Batch(batch => batch.BehaviorFlags.Add(new BehaviorFlagsRow("profile", "behavior", IsSuppressed: true, "[]"u8.ToArray()))));

        StoredViolation changed = Assert.Single(store.ListActiveViolations(new ViolationFilter { IsSuppressed = true }, before: null, 10));
        Assert.Equal("v1", changed.ViolationId);
        Assert.Equal("[]"u8.ToArray(), changed.Behavior);
        Assert.False(store.ReadViolation("v2")!.IsSuppressed);
        Assert.Equal(["v4", "v3"], IdsOf(store.ListActiveViolations(new ViolationFilter { IsSuppressed = false }, before: null, 10)));
    }

    [StoreFact]
    public void Any_other_event_ends_it_and_the_first_end_counts()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([Begin("v1"), Begin("v2"), Begin("v3")])));
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange(
            [End("v1", Noon.AddSeconds(5)), End("v2", Noon.AddSeconds(6), "alarm-invalidated"), End("unknown", Noon)])));
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([End("v1", Noon.AddSeconds(9), "alarm-invalidated"), End("v2", Noon.AddSeconds(9), "alarm-invalidated")])));

        Assert.Equal(["v3"], IdsOf(store.ListActiveViolations(ViolationFilter.None, before: null, 10)));
        Assert.Equal(Noon.AddSeconds(5), store.ReadViolation("v1")!.EndedAt);
        Assert.Equal(Noon.AddSeconds(6), store.ReadViolation("v2")!.EndedAt);
        Assert.Null(store.ReadViolation("unknown"));
    }

    [StoreFact]
    public void A_violation_can_begin_and_end_in_one_batch_in_the_order_of_its_events()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange(
            [Begin("v1"), End("v1", Noon.AddSeconds(1)), End("v2"), Begin("v2"), End("v1", Noon.AddSeconds(2), "alarm-invalidated")])));

        Assert.Equal(["v2"], IdsOf(store.ListActiveViolations(ViolationFilter.None, before: null, 10)));
        Assert.Equal(Noon.AddSeconds(1), store.ReadViolation("v1")!.EndedAt);
    }

    [StoreFact]
    public void An_event_that_comes_again_is_kept_once_as_it_was()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([Begin("v1"), Begin("v1", Noon.AddSeconds(7))])));
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([Begin("v1", Noon.AddSeconds(8)), End("v1", Noon.AddSeconds(5))])));
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([Begin("v1", Noon.AddSeconds(9)), End("v1", Noon.AddSeconds(9))])));

        Assert.Equal(
            [("alarm-cleared", Noon.AddSeconds(5)), ("in-alarm", Noon)],
            EventsOf(store, ViolationFilter.None).Select(row => (row.Type, row.Time)));
        StoredViolation violation = store.ReadViolation("v1")!;
        Assert.Equal((Noon, Noon.AddSeconds(5)), (violation.StartedAt, violation.EndedAt));
    }

    [StoreFact]
    public void The_last_violating_datapoint_is_kept_of_known_violations()
    {
        using IStore store = Open();
        store.Commit(Batch(batch =>
        {
            batch.ViolationEvents.AddRange([Begin("v1"), Begin("v2"), End("v2", Noon.AddSeconds(30))]);
            batch.LastViolations.AddRange(
            [
                new("v1", Noon.AddSeconds(1), Bytes("1")), new("v2", Noon.AddSeconds(20), Bytes("20")),
                new("unknown", Noon, Bytes("0")), new("v1", Noon.AddSeconds(2), Bytes("2")),
            ]);
        }));

        StoredViolation violation = store.ReadViolation("v1")!;
        Assert.Equal((Noon, Noon.AddSeconds(2)), (violation.StartedAt, violation.LastViolationAt));
        Assert.Equal(Bytes("2"), violation.LastViolationValue);
        Assert.Equal(Bytes("20"), store.ReadViolation("v2")!.LastViolationValue); // it came before the end, in the same batch
        Assert.Null(store.ReadViolation("unknown"));
        Assert.Single(EventsOf(store, ViolationFilter.None), row => row.ViolationId == "v1");
    }

    [StoreFact]
    public void A_verification_stays_when_the_violation_ends_and_shows_on_its_events()
    {
        using IStore store = Open();
        store.Commit(Batch(batch =>
        {
            batch.ViolationEvents.AddRange([Begin("v1"), Begin("v2"), Begin("v3")]);
            batch.Verifications.AddRange(
                [Verified("v1", "FALSE_POSITIVE", "one"), Verified("v2", "TRUE_POSITIVE", "known: 日本"), Verified("v1", "BENIGN_POSITIVE"), Verified("unknown", "TRUE_POSITIVE")]);
        }));
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange([End("v2", Noon.AddSeconds(1)), Begin("v2")])));

        Assert.Equal(new Verification("BENIGN_POSITIVE", null), store.ReadViolation("v1")!.Verification);
        Assert.Equal(new Verification("TRUE_POSITIVE", "known: 日本"), store.ReadViolation("v2")!.Verification);
        Assert.Equal(Verification.Unknown, store.ReadViolation("v3")!.Verification);
        Assert.Null(store.ReadViolation("unknown"));
        Assert.All(
            EventsOf(store, ViolationFilter.None),
            row => Assert.Equal(store.ReadViolation(row.ViolationId)!.Verification, row.Verification));
        Assert.Equal(2, EventsOf(store, new ViolationFilter { VerificationState = "TRUE_POSITIVE" }).Count);

        store.Commit(Batch(batch => batch.Verifications.Add(Verified("v2", "UNKNOWN"))));
        Assert.Equal(Verification.Unknown, store.ReadViolation("v2")!.Verification);
        Assert.Empty(EventsOf(store, new ViolationFilter { VerificationState = "TRUE_POSITIVE" }));
    }

    [StoreFact]
    public void Filters_narrow_both_lists_alone_and_together()
    {
        using IStore store = Open();
        List<StoredViolationEvent> rows = [.. Enumerable.Range(0, 32).Select(i => Begin($"v{i}", Noon.AddSeconds(i), $"thing-{i & 1}") with
        {
            SecurityProfileName = $"profile-{i >> 1 & 1}",
            BehaviorName = $"behavior-{i >> 2 & 1}",
            CriteriaType = (i >> 3 & 1) == 0 ? "STATIC" : "STATISTICAL",
            IsSuppressed = (i >> 4 & 1) == 0,
        })];
        store.Commit(Batch(batch =>
        {
            batch.ViolationEvents.AddRange(rows);
            batch.Verifications.AddRange(rows.Where((_, i) => i % 3 == 0).Select(row => Verified(row.ViolationId, "TRUE_POSITIVE")));
        }));
        HashSet<string> verified = [.. rows.Where((_, i) => i % 3 == 0).Select(row => row.ViolationId)];

        // Each member absent, matching or not, in all combinations.
        foreach (int choice in Enumerable.Range(0, 729))
        {
            int[] digits = [.. new[] { 1, 3, 9, 27, 81, 243 }.Select(power => choice / power % 3)];
            var filter = new ViolationFilter
            {
                ThingName = digits[0] == 0 ? null : $"thing-{digits[0]}",
                SecurityProfileName = digits[1] == 0 ? null : $"profile-{digits[1]}",
                BehaviorName = digits[2] == 0 ? null : $"behavior-{digits[2]}",
                CriteriaType = digits[3] switch { 0 => null, 1 => "STATIC", _ => "STATISTICAL" },
                IsSuppressed = digits[4] switch { 0 => null, 1 => false, _ => true },
                VerificationState = digits[5] switch { 0 => null, 1 => "UNKNOWN", _ => "TRUE_POSITIVE" },
            };
            string[] expected = [.. rows.Where(row => Matches(row, filter, verified.Contains(row.ViolationId))).Reverse().Select(row => row.ViolationId)];
            Assert.Equal(expected, IdsOf(store.ListActiveViolations(filter, before: null, 100)));
            Assert.Equal(expected, IdsOf(EventsOf(store, filter)));
        }
    }

    [StoreFact]
    public void Events_of_a_range_include_both_its_ends()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ViolationEvents.AddRange(Enumerable.Range(0, 5).Select(i => Begin($"v{i}", Noon.AddMilliseconds(i))))));

        Assert.Equal(["v3", "v2", "v1"], IdsOf(store.ListViolationEvents(ViolationFilter.None, Noon.AddMilliseconds(1), Noon.AddMilliseconds(3), before: null, 10)));
        Assert.Equal(["v3", "v2"], IdsOf(store.ListViolationEvents(ViolationFilter.None, Noon.AddMilliseconds(1), Noon.AddMilliseconds(3), before: null, 2)));
        Assert.Equal(["v2"], IdsOf(store.ListViolationEvents(ViolationFilter.None, Noon.AddMilliseconds(2), Noon.AddMilliseconds(2).ToOffset(TimeSpan.FromHours(9)), before: null, 10)));
        Assert.Empty(store.ListViolationEvents(ViolationFilter.None, Noon.AddMilliseconds(3), Noon.AddMilliseconds(1), before: null, 10));
        Assert.Equal(5, store.ListViolationEvents(ViolationFilter.None, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, before: null, 10).Count);
    }

    private protected static IReadOnlyList<StoredViolationEvent> EventsOf(IStore store, ViolationFilter filter) =>
        store.ListViolationEvents(filter, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, before: null, 1000);

    private protected static bool Matches(StoredViolationEvent row, ViolationFilter filter, bool isVerified) =>
        (filter.ThingName ?? row.ThingName) == row.ThingName
        && (filter.SecurityProfileName ?? row.SecurityProfileName) == row.SecurityProfileName
        && (filter.BehaviorName ?? row.BehaviorName) == row.BehaviorName
        && (filter.CriteriaType ?? row.CriteriaType) == row.CriteriaType
        && (filter.IsSuppressed ?? row.IsSuppressed) == row.IsSuppressed
        && (filter.VerificationState is null || filter.VerificationState == "TRUE_POSITIVE" == isVerified);
}
