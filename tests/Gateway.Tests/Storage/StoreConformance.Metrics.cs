using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

// Blocks of metric values, and the outbox.
public abstract partial class StoreConformance
{
    private static readonly DateTimeOffset Midnight = Noon.AddHours(12);

    [StoreFact]
    public void Blocks_of_a_range_come_newest_first_and_limited_over_days()
    {
        using IStore store = Open();
        DateTimeOffset[] starts =
            [Midnight.AddDays(-40), Midnight.AddDays(-1), Midnight.AddMilliseconds(-1), Midnight, Midnight.AddMilliseconds(1), Midnight.AddHours(23), Midnight.AddDays(3)];
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange(starts.Reverse().SelectMany(start => new[] { Block("a", start, "a"), Block("b", start, "b") }))));

        Assert.Equal(starts.Reverse(), StartsOf(store.ReadMetricBlocks("a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100)));
        Assert.Equal(starts.Reverse().Take(4), StartsOf(store.ReadMetricBlocks("a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 4)));
        Assert.Equal(starts[2..5].Reverse(), StartsOf(store.ReadMetricBlocks("a", starts[2], starts[4], 100)));
        Assert.Equal(starts[2..5].Reverse().Take(2), StartsOf(store.ReadMetricBlocks("a", starts[2], starts[4], 2)));
        Assert.Equal([starts[3]], StartsOf(store.ReadMetricBlocks("a", starts[3], starts[3].ToOffset(TimeSpan.FromHours(-5)), 100)));
        Assert.Empty(store.ReadMetricBlocks("a", starts[4].AddMilliseconds(1), starts[5].AddMilliseconds(-1), 100));
        Assert.Empty(store.ReadMetricBlocks("a", starts[5], starts[4], 100));
        Assert.Empty(store.ReadMetricBlocks("unknown", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100));
        Assert.All(store.ReadMetricBlocks("b", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100), row => Assert.Equal(("b", "b"), (row.ThingName, TextOf(row))));
    }

    [StoreFact]
    public void The_last_block_of_a_thing_and_start_wins_within_and_across_batches()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange([Block("a", Noon, "1"), Block("b", Noon, "1"), Block("a", Noon.ToOffset(TimeSpan.FromHours(2)), "2")])));
        Assert.Equal(["2"], TextsOf(store, "a"));

        store.Commit(Batch(batch => batch.MetricBlocks.Add(Block("a", Noon, "3"))));
        Assert.Equal(["3"], TextsOf(store, "a"));
        Assert.Equal(["1"], TextsOf(store, "b"));
    }

    [StoreFact]
    public void Ranges_are_deleted_before_blocks_are_put()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange(
            [.. Enumerable.Range(0, 6).Select(i => Block("a", Noon.AddMinutes(i), $"{i}")), Block("b", Noon.AddMinutes(2), "b")])));

        store.Commit(Batch(batch =>
        {
            batch.MetricBlocks.Add(Block("a", Noon.AddMinutes(1), "1-3"));
            batch.MetricBlocks.Add(Block("c", Noon, "c"));
            batch.MergedMetricBlocks.Add(new MetricBlockRange("a", Noon.AddMinutes(1), Noon.AddMinutes(3)));
            batch.MergedMetricBlocks.Add(new MetricBlockRange("a", Noon.AddMinutes(3), Noon.AddMinutes(3)));
            batch.MergedMetricBlocks.Add(new MetricBlockRange("c", Noon, Noon));
            batch.MergedMetricBlocks.Add(new MetricBlockRange("unknown", Noon, Noon.AddHours(1)));
        }));

        Assert.Equal(["5", "4", "1-3", "0"], TextsOf(store, "a"));
        Assert.Equal(["b"], TextsOf(store, "b"));
        Assert.Equal(["c"], TextsOf(store, "c"));
    }

    [StoreFact]
    public void Blocks_belong_to_things_of_any_name()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange(AwkwardNames.Select(name => Block(name, Noon, name)))));

        Assert.All(AwkwardNames, name => Assert.Equal([name], TextsOf(store, name)));
    }

    [StoreFact]
    public void Things_that_come_back_after_their_values_are_gone_start_anew()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange([Block("a", Noon, "old"), Block("b", Noon, "old"), Block("b", Midnight, "new")])));
        Assert.True(store.DeleteOldestMetricDay(Midnight));
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange([Block("c", Midnight, "c"), Block("a", Midnight, "a")])));

        Assert.Equal(["a"], TextsOf(store, "a"));
        Assert.Equal(["new"], TextsOf(store, "b"));
        Assert.Equal(["c"], TextsOf(store, "c"));
    }

    [StoreFact]
    public void The_oldest_day_is_forgotten_but_never_today()
    {
        using IStore store = Open();
        Assert.False(store.DeleteOldestMetricDay(Noon));
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange(
            [Block("a", Noon, "0"), Block("a", Midnight.AddMilliseconds(-1), "0"), Block("a", Midnight, "1"), Block("b", Midnight.AddDays(2), "3")])));

        Assert.False(store.DeleteOldestMetricDay(Noon));
        Assert.True(store.DeleteOldestMetricDay(Midnight.AddDays(2)));
        Assert.Equal(["1"], TextsOf(store, "a"));
        Assert.True(store.DeleteOldestMetricDay(Midnight.AddDays(2)));
        Assert.Empty(TextsOf(store, "a"));
        Assert.False(store.DeleteOldestMetricDay(Midnight.AddDays(2).AddHours(23)));
        Assert.Equal(["3"], TextsOf(store, "b"));
    }

    [StoreFact]
    public void A_day_whose_blocks_were_all_merged_away_is_no_day()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.MetricBlocks.AddRange([Block("a", Noon, "0"), Block("a", Midnight, "1")])));
        store.Commit(Batch(batch => batch.MergedMetricBlocks.Add(new MetricBlockRange("a", Noon, Noon))));

        Assert.False(store.DeleteOldestMetricDay(Midnight));
        Assert.Equal(["1"], TextsOf(store, "a"));
        store.Commit(Batch(batch => batch.MetricBlocks.Add(Block("a", Noon, "again"))));
        Assert.Equal(["1", "again"], TextsOf(store, "a"));
    }

    [StoreFact]
    public void Messages_wait_in_their_order_until_they_are_delivered()
    {
        using IStore store = Open();
        Assert.Empty(store.CountOutbox());
        store.Commit(Batch(batch => batch.Outbox.AddRange(
            [.. Enumerable.Range(0, 50).Select(i => Message("hook", $"m{i}")), Message("topic", "t"), Message("Hook", "other")])));
        Assert.Equal([("Hook", 1), ("hook", 50), ("topic", 1)], CountsOf(store));

        IReadOnlyList<OutboxRow> rows = store.ReadOutbox("hook", after: 0, 100);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"m{i}"), rows.Select(row => row.Message.MessageId));
        Assert.Equal(rows.Select(row => row.Id).Order().Distinct(), rows.Select(row => row.Id));
        Assert.True(rows[0].Id > 0);
        Assert.Equal(("hook", Noon), (rows[7].Message.Destination, rows[7].Message.CreatedAt));
        Assert.Equal(Bytes("body m7"), rows[7].Message.Body);
        Assert.Equal(["m10", "m11"], store.ReadOutbox("hook", rows[9].Id, 2).Select(row => row.Message.MessageId));
        Assert.Empty(store.ReadOutbox("unknown", 0, 10));

        store.Commit(Batch(batch =>
        {
            batch.Delivered.AddRange([rows[0].Id, rows[2].Id, rows[2].Id, long.MaxValue, 0, -1]);
            batch.Outbox.Add(Message("hook", "next"));
        }));
        IReadOnlyList<OutboxRow> left = store.ReadOutbox("hook", after: 0, 100);
        Assert.Equal(["m1", "m3", "m4"], left.Take(3).Select(row => row.Message.MessageId));
        Assert.Equal("next", left[^1].Message.MessageId);
        Assert.Equal([("Hook", 1), ("hook", 49), ("topic", 1)], CountsOf(store));
    }

    [StoreFact]
    public void The_id_of_a_message_is_not_used_again_after_a_restart()
    {
        long first;
        using (IStore store = Open())
        {
            store.Commit(Batch(batch => batch.Outbox.Add(Message("hook", "1"))));
            first = store.ReadOutbox("hook", 0, 1)[0].Id;
            store.Commit(Batch(batch => batch.Delivered.Add(first)));
        }

        using IStore reopened = Open();
        reopened.Commit(Batch(batch => batch.Outbox.Add(Message("hook", "2"))));
        Assert.True(reopened.ReadOutbox("hook", 0, 1)[0].Id > first);
    }

    private static IEnumerable<DateTimeOffset> StartsOf(IEnumerable<MetricBlockRow> blocks) => blocks.Select(row => row.Start);

    private protected static string TextOf(MetricBlockRow block) => Encoding.UTF8.GetString(block.Data.Span);

    private protected static IEnumerable<string> TextsOf(IStore store, string thing) =>
        store.ReadMetricBlocks(thing, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 1000).Select(TextOf);

    private static IEnumerable<(string, long)> CountsOf(IStore store) =>
        store.CountOutbox().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));
}
