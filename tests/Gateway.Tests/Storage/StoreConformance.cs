using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>What every store keeps of the contract of <see cref="IStore"/> and <see cref="StoreBatch"/>: one class of each inherits it.</summary>
public abstract partial class StoreConformance
{
    private protected static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Opens a store of this test, which keeps what it held before; each place is another store.</summary>
    private protected abstract IStore Open(int place = 0);

    /// <summary>Opens what a gateway has kept, beside it.</summary>
    private protected abstract IStore OpenForReading();

    [StoreFact]
    public void What_was_committed_is_there_after_a_restart()
    {
        StoreBatch batch = BatchOfAll("1");
        using (IStore store = Open())
            store.Commit(batch);

        using IStore reopened = Open();
        AssertHoldsAll(reopened, "1");
        Assert.Equal(["thing-1"], reopened.ListThingsInAlarm());
        StoredViolationEvent found = Assert.Single(reopened.ListViolationEvents(ViolationFilter.None, Noon, Noon, before: null, 10));
        StoredViolationEvent sent = batch.ViolationEvents[0];
        Assert.Equal(sent.Document, found.Document);
        Assert.Equal(
            sent with { Document = found.Document, Id = found.Id, Behavior = null, MetricValue = null },
            found);
        Assert.True(found.Id > 0);
    }

    [StoreFact]
    public void A_reader_beside_the_gateway_sees_what_it_commits_and_writes_nothing()
    {
        using IStore store = Open();
        store.Commit(BatchOfAll("1"));

        using IStore reader = OpenForReading();
        AssertHoldsAll(reader, "1");
        store.Commit(BatchOfAll("2"));
        AssertHoldsAll(reader, "2");

        Assert.Throws<StoreException>(() => reader.Commit(BatchOfAll("3")));
        Assert.Throws<StoreException>(() => reader.DeleteBefore(Noon, Noon));
        Assert.Throws<StoreException>(() => reader.DeleteOldestMetricDay(Noon));
    }

    private static readonly string[] Members =
        ["Resources", "ThingStates", "ViolationEvents", "Begin", "LastViolations", "Verifications", "MetricBlocks", "Outbox", "Values"];

    [StoreFact]
    public void A_batch_is_written_as_a_whole_or_not_at_all()
    {
        using IStore store = Open();
        store.Commit(BatchOfAll("before"));
        foreach (string member in Members)
        {
            StoreBatch batch = BatchOfAll("bad");
            Spoil(batch, member);

            Assert.ThrowsAny<Exception>(() => store.Commit(batch));
            AssertHoldsNothing(store, "bad");
        }

        // And the store is none the worse for it.
        store.Commit(BatchOfAll("after"));
        AssertHoldsAll(store, "before");
        AssertHoldsAll(store, "after");
    }

    [StoreFact]
    public void A_batch_that_failed_can_be_sent_again()
    {
        using IStore store = Open();
        StoreBatch batch = BatchOfAll("1");
        Spoil(batch, "Values");
        Assert.ThrowsAny<Exception>(() => store.Commit(batch));

        batch.Values.Remove("spoilt");
        store.Commit(batch);

        AssertHoldsAll(store, "1");
        Assert.Single(store.ReadMetricBlocks("thing-1", Noon, Noon, 10));
    }

    [StoreFact]
    public void An_empty_batch_changes_nothing()
    {
        using IStore store = Open();
        store.Commit(BatchOfAll("1"));

        store.Commit(new StoreBatch());

        AssertHoldsAll(store, "1");
    }

    [StoreFact]
    public void The_last_state_of_a_thing_wins_within_and_across_batches()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.ThingStates.AddRange([State("a", "1", inAlarm: true), State("b", "1", inAlarm: true), State("a", "2", inAlarm: true)])));
        Assert.Equal("2"u8.ToArray(), store.ReadThingState("a"));
        Assert.Equal(["a", "b"], store.ListThingsInAlarm().Order());

        store.Commit(Batch(batch => batch.ThingStates.Add(State("a", "3", inAlarm: false))));

        Assert.Equal("3"u8.ToArray(), store.ReadThingState("a"));
        Assert.Equal(["b"], store.ListThingsInAlarm());
        Assert.Null(store.ReadThingState("c"));
    }

    [StoreFact]
    public void The_last_resource_of_a_kind_and_name_wins_and_can_be_deleted()
    {
        using IStore store = Open();
        store.Commit(Batch(batch => batch.Resources.AddRange(
            [Resource("profile", "a", "1"), Resource("profile", "b", "1"), Resource("group", "a", "1"), Resource("profile", "a", "2")])));
        Assert.Equal(["group a 1", "profile a 2", "profile b 1"], ResourcesOf(store));

        store.Commit(Batch(batch => batch.Resources.AddRange(
            [Resource("profile", "a", null), Resource("profile", "b", null), Resource("profile", "b", "3"), Resource("group", "a", "4"), Resource("group", "a", null), Resource("group", "unknown", null)])));
        Assert.Equal(["profile b 3"], ResourcesOf(store));
    }

    [StoreFact]
    public void A_value_is_replaced_as_a_whole()
    {
        using IStore store = Open();
        Assert.Null(store.ReadValue("a"));

        store.Commit(Batch(batch => batch.Values["a"] = "long one"u8.ToArray()));
        store.Commit(Batch(batch =>
        {
            batch.Values["a"] = Array.Empty<byte>();
            batch.Values["A"] = "other"u8.ToArray();
        }));

        Assert.Empty(store.ReadValue("a")!);
        Assert.Equal("other"u8.ToArray(), store.ReadValue("A"));
    }

    [StoreFact]
    public void Bytes_come_back_as_they_were_and_names_are_not_folded()
    {
        byte[] all = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31 >> 3))];
        using IStore store = Open();
        store.Commit(Batch(batch =>
        {
            foreach (string name in AwkwardNames)
                batch.ThingStates.Add(new ThingStateRow(name, all.Concat(Encoding.UTF8.GetBytes(name)).ToArray(), InAlarm: true, Noon));
        }));

        foreach (string name in AwkwardNames)
            Assert.Equal(all.Concat(Encoding.UTF8.GetBytes(name)).ToArray(), store.ReadThingState(name));
        Assert.Equal(AwkwardNames.Order(StringComparer.Ordinal), store.ListThingsInAlarm().Order(StringComparer.Ordinal));
    }

    [StoreFact]
    public void The_size_grows_with_what_is_stored()
    {
        using IStore store = Open();
        long before = store.MeasureSize();

        var random = new Random(7);
        store.Commit(Batch(batch =>
        {
            for (int i = 0; i < 100; i++)
            {
                byte[] block = new byte[10_000];
                random.NextBytes(block);
                batch.MetricBlocks.Add(new MetricBlockRow("a", Noon.AddMinutes(i), block));
            }
        }));

        long full = store.MeasureSize();
        Assert.InRange(full - before, 950_000, 4_000_000);
        Assert.True(store.DeleteOldestMetricDay(Noon.AddDays(1)));
        Assert.InRange(store.MeasureSize(), 1, full - 900_000);
    }

    /// <summary>Names that differ in what a database might fold or trim, and the longest ones.</summary>
    private protected static readonly string[] AwkwardNames =
    [
        "a", "A", "a ", " a", "a\t", "ä", "a\u0308", "ß", "ss", "İ", "ı", "%", "_", "'", "''", "\"", "\\", "\\x41", "$1", "{}", "{a,b}", "NULL", "null", "\u0001", "\u007f",
        "\uffff", "\ufffd", "\u200b", "日本", "😀", "\ud834\udd1e", new string('x', 128), new string('ü', 64), string.Concat(Enumerable.Repeat("😀", 32)),
    ];

    private static IEnumerable<string> ResourcesOf(IStore store) =>
        store.ReadResources().Select(row => $"{row.Kind} {row.Name} {Encoding.UTF8.GetString(row.Document!)}").Order(StringComparer.Ordinal);
}
