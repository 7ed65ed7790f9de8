using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Storage;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// Stores against models in memory. Each case has a store of its own, so there are fewer cases than usual.
public abstract partial class StoreConformance
{
    private const int Cases = 20;

    [StoreFact]
    public void Pages_of_both_lists_hold_every_row_once_and_in_order()
    {
        int place = 0;
        Gen<(int Id, int Time, int Thing, bool Begins)[]> events = (
            from id in Gen.Choose(0, 40)
            from time in Gen.Choose(0, 3)
            from thing in Gen.Choose(0, 1)
            from begins in Gen.Elements(true, true, false)
            select (id, time, thing, begins)).ArrayOf(40);
        Gen<((int Id, int Time, int Thing, bool Begins)[] Events, int PageSize, bool IsFiltered)> cases =
            from rows in events
            from size in Gen.Choose(1, 7)
            from isFiltered in Gen.Elements(true, false)
            select (rows, size, isFiltered);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(cases.ToArbitrary(), given =>
        {
            StoredViolationEvent[] rows = [.. given.Events.Select(row =>
                (row.Begins ? Begin($"v{row.Id}") : End($"v{row.Id}")) with { Time = Noon.AddSeconds(row.Time), ThingName = $"thing-{row.Thing}" })];
            var filter = new ViolationFilter { ThingName = given.IsFiltered ? "thing-0" : null };
            using IStore store = Open(++place);
            foreach (StoredViolationEvent[] part in rows.Chunk(9))
                store.Commit(Batch(batch => batch.ViolationEvents.AddRange(part)));

            Assert.Equal(ExpectedEvents(rows, filter), ReadEvents(store, filter, given.PageSize));
            Assert.Equal(ExpectedActive(rows, filter), ReadActive(store, filter, given.PageSize));
        }));
    }

    [StoreFact]
    public void Blocks_agree_with_a_sorted_map()
    {
        int place = 0;
        // Minutes around a midnight, of two things.
        Gen<(string Kind, string Thing, int From, int To)[]> steps = (
            from kind in Gen.Elements("put", "put", "put", "merge", "drop", "read")
            from thing in Gen.Elements("a", "b")
            from at in Gen.Choose(-15, 14)
            from length in Gen.Choose(0, 6)
            select (kind, thing, at, at + length)).ArrayOf(40);

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), Prop.ForAll(steps.ToArbitrary(), given =>
        {
            using IStore store = Open(++place);
            var model = new SortedDictionary<(string Thing, DateTimeOffset Start), string>();
            for (int i = 0; i < given.Length; i++)
                Step(store, model, given[i], content: $"{i}");
            foreach (string thing in new[] { "a", "b" })
                Assert.Equal(Newest(model, thing, DateTimeOffset.MinValue, DateTimeOffset.MaxValue), TextsOf(store, thing));
        }));
    }

    private static void Step(
        IStore store, SortedDictionary<(string Thing, DateTimeOffset Start), string> model, (string Kind, string Thing, int From, int To) step, string content)
    {
        DateTimeOffset from = Midnight.AddMinutes(step.From);
        // A range is of one day.
        DateTimeOffset to = step.From < 0 && step.To >= 0 ? Midnight.AddMilliseconds(-1) : Midnight.AddMinutes(step.To);
        switch (step.Kind)
        {
            case "read":
                Assert.Equal(
                    Newest(model, step.Thing, from, Midnight.AddMinutes(step.To)).Take(3),
                    store.ReadMetricBlocks(step.Thing, from, Midnight.AddMinutes(step.To), 3).Select(TextOf));
                break;
            case "drop":
                bool any = model.Keys.Any(key => key.Start < Midnight);
                Assert.Equal(any, store.DeleteOldestMetricDay(Midnight));
                Remove(model, key => key.Start < Midnight);
                break;
            default:
                store.Commit(Batch(batch =>
                {
                    batch.MetricBlocks.Add(Block(step.Thing, from, content));
                    if (step.Kind == "merge")
                        batch.MergedMetricBlocks.Add(new MetricBlockRange(step.Thing, from, to));
                }));
                if (step.Kind == "merge")
                    Remove(model, key => key.Thing == step.Thing && key.Start >= from && key.Start <= to);
                model[(step.Thing, from)] = content;
                break;
        }
    }

    private static void Remove(SortedDictionary<(string Thing, DateTimeOffset Start), string> model, Func<(string Thing, DateTimeOffset Start), bool> which)
    {
        foreach ((string, DateTimeOffset) key in model.Keys.Where(which).ToList())
            model.Remove(key);
    }

    private static IEnumerable<string> Newest(
        SortedDictionary<(string Thing, DateTimeOffset Start), string> model, string thing, DateTimeOffset from, DateTimeOffset to) =>
        model.Where(pair => pair.Key.Thing == thing && pair.Key.Start >= from && pair.Key.Start <= to).Reverse().Select(pair => pair.Value);

    private static List<(string, string)> ExpectedEvents(StoredViolationEvent[] rows, ViolationFilter filter) =>
        [.. rows.DistinctBy(row => (row.ViolationId, row.Type))
            .Select((row, place) => (row, place))
            .Where(pair => Matches(pair.row, filter, isVerified: false))
            .OrderByDescending(pair => pair.row.Time).ThenByDescending(pair => pair.place)
            .Select(pair => (pair.row.ViolationId, pair.row.Type))];

    private static List<string> ExpectedActive(StoredViolationEvent[] rows, ViolationFilter filter)
    {
        List<(StoredViolationEvent Row, bool IsOpen)> violations = [];
        foreach (StoredViolationEvent row in rows)
        {
            int i = violations.FindIndex(violation => violation.Row.ViolationId == row.ViolationId);
            if (row.Type != StoredViolationEvent.InAlarm && i >= 0)
                violations[i] = (violations[i].Row, false);
            else if (row.Type == StoredViolationEvent.InAlarm && i < 0)
                violations.Add((row, true));
        }

        violations.Reverse();
        return [.. violations.Where(violation => violation.IsOpen && Matches(violation.Row, filter, isVerified: false)).Select(violation => violation.Row.ViolationId)];
    }

    private static List<(string, string)> ReadEvents(IStore store, ViolationFilter filter, int size)
    {
        List<(string, string)> all = [];
        ViolationEventPosition? before = null;
        while (true)
        {
            IReadOnlyList<StoredViolationEvent> page = store.ListViolationEvents(filter, Noon, Noon.AddDays(1), before, size);
            all.AddRange(page.Select(row => (row.ViolationId, row.Type)));
            if (page.Count < size)
                return all;
            before = new ViolationEventPosition(page[^1].Time, page[^1].Id);
        }
    }

    private static List<string> ReadActive(IStore store, ViolationFilter filter, int size)
    {
        List<string> all = [];
        long? before = null;
        while (true)
        {
            IReadOnlyList<StoredViolation> page = store.ListActiveViolations(filter, before, size);
            all.AddRange(IdsOf(page));
            if (page.Count < size)
                return all;
            before = page[^1].Id;
        }
    }
}
