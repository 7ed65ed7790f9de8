using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Storage.Sqlite.Journal;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>
/// The contract of stores once more, on SQLite with a journal so small that it is folded all the time and in portions of one
/// thing; and what a journal must not lose.
/// </summary>
public sealed class SqliteJournalTests : StoreConformance, IDisposable
{
    private static readonly JournalSize Tiny = new(MaxBytes: 200, MinBytes: 200, Portion: 1);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-journal-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private protected override IStore Open(int place = 0) =>
        SqliteStore.Open(place == 0 ? _directory : Directory.CreateDirectory(Path.Combine(_directory, $"{place}")).FullName, Tiny);

    private protected override IStore OpenForReading() => SqliteStore.OpenForReading(_directory);

    [Fact]
    public void States_and_blocks_agree_with_a_map_through_folds_failures_and_restarts()
    {
        Gen<(string Kind, int Thing, int At, int Length, int Size)[]> steps = (
            from kind in Gen.Elements("report", "report", "report", "report", "merge", "fail", "reopen", "forget")
            from thing in Gen.Choose(0, 4)
            from at in Gen.Choose(0, 20)
            from length in Gen.Choose(0, 6)
            from size in Gen.Choose(0, 60)
            select (kind, thing, at, length, size)).ArrayOf(60);
        int place = 0;

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(steps.ToArbitrary(), given =>
        {
            place++;
            IStore store = Open(place);
            try
            {
                var states = new Dictionary<string, (string Text, bool InAlarm)>();
                var blocks = new SortedDictionary<(string Thing, int At), string>();
                for (int i = 0; i < given.Length; i++)
                {
                    Step(ref store, place, given[i], $"{i}-{new string('x', given[i].Size)}", states, blocks);
                    AssertHolds(store, states, blocks);
                }

                using SqliteStore reader = SqliteStore.OpenForReading(Path.Combine(_directory, $"{place}"));
                AssertHolds(reader, states, blocks);
            }
            finally
            {
                store.Dispose();
            }
        }));
    }

    [Fact]
    public void What_was_folded_is_no_longer_in_the_journal()
    {
        using IStore store = Open();
        for (int i = 0; i < 300; i++)
        {
            store.Commit(Batch(batch =>
            {
                batch.ThingStates.Add(State($"thing-{i % 3}", $"{i}", inAlarm: false));
                batch.MetricBlocks.Add(Block($"thing-{i % 3}", Noon.AddSeconds(i), $"{i}"));
            }));
        }

        Assert.InRange(Count("journal"), 1, 20);
        Assert.InRange(Count("metric_block"), 280, 300);
        Assert.Equal(3, Count("thing_state"));
        store.DeleteBefore(DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        Assert.Equal(0, Count("journal"));
        Assert.Equal(300, Count("metric_block"));
    }

    [Fact]
    public void A_journal_of_the_usual_size_keeps_what_changes_often_out_of_the_tables()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        for (int i = 0; i < 100; i++)
            store.Commit(Batch(batch => batch.ThingStates.Add(State("thing", $"{i}", inAlarm: true))));

        Assert.Equal(100, Count("journal"));
        Assert.Equal(0, Count("thing_state"));
        Assert.Equal(["thing"], store.ListThingsInAlarm());
        Assert.Equal(Bytes("99"), store.ReadThingState("thing"));
    }

    [Fact]
    public void A_damaged_row_of_the_journal_is_said_at_the_start()
    {
        using (SqliteStore store = SqliteStore.Open(_directory))
            store.Commit(Batch(batch => batch.ThingStates.Add(State("thing", "state", inAlarm: true))));
        byte[] whole = (byte[])Scalar("SELECT content FROM journal")!;

        for (int length = 1; length < whole.Length; length++)
        {
            Execute($"UPDATE journal SET content = x'{Convert.ToHexString(whole, 0, length)}'");
            Assert.Contains("journal is damaged", Assert.Throws<StoreException>(() => SqliteStore.Open(_directory)).Message, StringComparison.Ordinal);
        }

        Execute($"UPDATE journal SET content = x'FF{Convert.ToHexString(whole, 1, whole.Length - 1)}'");
        Assert.Throws<StoreException>(() => SqliteStore.Open(_directory));
    }

    private void Step(
        ref IStore store, int place, (string Kind, int Thing, int At, int Length, int Size) step, string content,
        Dictionary<string, (string Text, bool InAlarm)> states, SortedDictionary<(string Thing, int At), string> blocks)
    {
        string thing = $"thing-{step.Thing}";
        switch (step.Kind)
        {
            case "reopen":
                store.Dispose();
                store = Open(place);
                break;
            case "forget":
                // Nothing is old enough; everything is folded on the way.
                store.DeleteBefore(Noon.AddYears(-1), Noon.AddYears(-1));
                break;
            case "fail":
                StoreBatch bad = Report(thing, step.At, content);
                bad.MergedMetricBlocks.Add(new MetricBlockRange(thing, Noon, Noon.AddMinutes(20)));
                bad.Outbox.Add(new OutboxMessage(null!, "m", [], Noon));
                IStore failing = store;
                Assert.ThrowsAny<Exception>(() => failing.Commit(bad));
                break;
            default:
                StoreBatch batch = Report(thing, step.At, content);
                if (step.Kind == "merge")
                {
                    batch.MergedMetricBlocks.Add(new MetricBlockRange(thing, Noon.AddMinutes(step.At), Noon.AddMinutes(step.At + step.Length)));
                    foreach ((string, int) key in blocks.Keys.Where(key => key.Thing == thing && key.At >= step.At && key.At <= step.At + step.Length).ToList())
                        blocks.Remove(key);
                }

                store.Commit(batch);
                states[thing] = (content, step.At % 2 == 0);
                blocks[(thing, step.At)] = content;
                break;
        }
    }

    private static StoreBatch Report(string thing, int at, string content) => Batch(batch =>
    {
        batch.ThingStates.Add(State(thing, content, inAlarm: at % 2 == 0));
        batch.MetricBlocks.Add(Block(thing, Noon.AddMinutes(at), content));
    });

    private static void AssertHolds(
        IStore store, Dictionary<string, (string Text, bool InAlarm)> states, SortedDictionary<(string Thing, int At), string> blocks)
    {
        for (int i = 0; i <= 4; i++)
        {
            string thing = $"thing-{i}";
            Assert.Equal(states.TryGetValue(thing, out var state) ? Bytes(state.Text) : null, store.ReadThingState(thing));
            Assert.Equal(blocks.Where(pair => pair.Key.Thing == thing).Reverse().Select(pair => pair.Value), TextsOf(store, thing));
            Assert.Equal(
                blocks.Where(pair => pair.Key.Thing == thing && pair.Key.At is >= 5 and <= 15).Reverse().Take(2).Select(pair => pair.Value),
                store.ReadMetricBlocks(thing, Noon.AddMinutes(5), Noon.AddMinutes(15), 2).Select(TextOf));
        }

        Assert.Equal(states.Where(state => state.Value.InAlarm).Select(state => state.Key).Order(), store.ListThingsInAlarm().Order());
    }

    private int Count(string table) => (int)(long)Scalar($"SELECT COUNT(*) FROM {table}")!;

    private object? Scalar(string sql)
    {
        using var session = new SqliteSession(Path.Combine(_directory, SqliteStore.FileName), SqliteOpenMode.ReadOnly);
        return session.Scalar(sql);
    }

    private void Execute(string sql)
    {
        using var session = new SqliteSession(Path.Combine(_directory, SqliteStore.FileName), SqliteOpenMode.ReadWrite);
        session.Execute(sql);
    }
}
