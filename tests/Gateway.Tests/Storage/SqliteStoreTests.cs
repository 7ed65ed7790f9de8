using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

public sealed class SqliteStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-store-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_was_committed_is_there_after_a_restart()
    {
        using (SqliteStore store = SqliteStore.Open(_directory))
            store.Commit(Batch([State("pump-17", "first", inAlarm: true)], [Event("v1", "in-alarm", Noon)]));

        using SqliteStore reopened = SqliteStore.Open(_directory);
        Assert.Equal("first"u8.ToArray(), reopened.ReadThingState("pump-17"));
        Assert.Equal(["pump-17"], reopened.ListThingsInAlarm());
        StoredViolationEvent found = Assert.Single(reopened.NewestEvents(10));
        Assert.Equal(("v1", "pump-17", "in-alarm", Noon), (found.ViolationId, found.ThingName, found.Type, found.Time));
        Assert.Equal("{}"u8.ToArray(), found.Document);
    }

    [Fact]
    public void The_last_state_of_a_thing_wins_within_and_across_batches()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        store.Commit(Batch([State("a", "1", inAlarm: true), State("a", "2", inAlarm: true)], []));
        store.Commit(Batch([State("a", "3", inAlarm: false)], []));

        Assert.Equal("3"u8.ToArray(), store.ReadThingState("a"));
        Assert.Empty(store.ListThingsInAlarm());
        Assert.Null(store.ReadThingState("b"));
    }

    [Fact]
    public void An_event_that_is_replayed_is_kept_once()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        store.Commit(Batch([], [Event("v1", "in-alarm", Noon)]));
        store.Commit(Batch([], [Event("v1", "in-alarm", Noon), Event("v1", "alarm-cleared", Noon.AddSeconds(5))]));

        Assert.Equal(["alarm-cleared", "in-alarm"], store.NewestEvents(10).Select(row => row.Type));
    }

    [Fact]
    public void A_batch_is_written_as_a_whole_or_not_at_all()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        StoreBatch batch = Batch([State("a", "1", inAlarm: true)], [Event("v1", null!, Noon)]);

        Assert.ThrowsAny<Exception>(() => store.Commit(batch));

        Assert.Null(store.ReadThingState("a"));
        store.Commit(Batch([State("a", "2", inAlarm: false)], []));
        Assert.Equal("2"u8.ToArray(), store.ReadThingState("a"));
    }

    [Fact]
    public void Events_come_newest_first_and_limited()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        store.Commit(Batch([], [.. Enumerable.Range(0, 5).Select(i => Event($"v{i}", "in-alarm", Noon.AddSeconds(i)))]));

        Assert.Equal(["v4", "v3"], store.NewestEvents(2).Select(row => row.ViolationId));
    }

    [Fact]
    public void Retention_drops_old_events_and_silent_things_but_no_open_alarm()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        store.Commit(Batch(
            [State("old", "1", inAlarm: false), State("alarmed", "1", inAlarm: true), State("new", "1", inAlarm: false, Noon.AddDays(1))],
            [Event("v1", "in-alarm", Noon), Event("v1", "alarm-cleared", Noon), Event("v2", "in-alarm", Noon.AddDays(1))]));

        store.DeleteBefore(Noon.AddHours(1), Noon);

        Assert.Equal(["v2"], store.NewestEvents(10).Select(row => row.ViolationId));
        Assert.Null(store.ReadThingState("old"));
        Assert.NotNull(store.ReadThingState("alarmed"));
        Assert.NotNull(store.ReadThingState("new"));
    }

    [Fact]
    public void Another_reader_sees_what_the_running_gateway_has_committed()
    {
        using SqliteStore store = SqliteStore.Open(_directory);
        store.Commit(Batch([], [Event("v1", "in-alarm", Noon)]));

        using SqliteStore reader = SqliteStore.OpenForReading(_directory);
        Assert.Single(reader.NewestEvents(10));
        store.Commit(Batch([], [Event("v2", "in-alarm", Noon)]));
        Assert.Equal(2, reader.NewestEvents(10).Count);
    }

    [Fact]
    public void Reading_where_no_gateway_was_says_so()
    {
        StoreException error = Assert.Throws<StoreException>(() => SqliteStore.OpenForReading(_directory));

        Assert.Contains(_directory, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        File.WriteAllText(Path.Combine(_directory, SqliteStore.FileName), new string('x', 4096));

        Assert.Throws<StoreException>(() => SqliteStore.Open(_directory));
    }

    [Fact]
    public void The_database_of_a_newer_gateway_is_refused()
    {
        using (SqliteStore.Open(_directory))
        {
        }

        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_directory, SqliteStore.FileName)};Pooling=False"))
        {
            connection.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 9999";
            command.ExecuteNonQuery();
        }

        Assert.Contains("9999", Assert.Throws<StoreException>(() => SqliteStore.Open(_directory)).Message, StringComparison.Ordinal);
        Assert.Contains("9999", Assert.Throws<StoreException>(() => SqliteStore.OpenForReading(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_directory_has_one_owner_at_a_time()
    {
        string path = Path.Combine(_directory, "data");
        using (DataDirectory.Take(path))
        {
            StoreException error = Assert.Throws<StoreException>(() => DataDirectory.Take(path));
            Assert.Contains("another gateway", error.Message, StringComparison.Ordinal);
        }

        DataDirectory.Take(path).Dispose();
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
    }

    private static StoreBatch Batch(ThingStateRow[] states, StoredViolationEvent[] events)
    {
        var batch = new StoreBatch();
        batch.ThingStates.AddRange(states);
        batch.ViolationEvents.AddRange(events);
        return batch;
    }

    private static ThingStateRow State(string thing, string content, bool inAlarm, DateTimeOffset? at = null) =>
        new(thing, Encoding.UTF8.GetBytes(content), inAlarm, at ?? Noon);

    private static StoredViolationEvent Event(string id, string type, DateTimeOffset time) =>
        new(id, "pump-17", "profile", "behavior", "STATIC", IsSuppressed: false, type, time, "{}"u8.ToArray()) { Behavior = "{}"u8.ToArray(), MetricValue = "{}"u8.ToArray() };
}
