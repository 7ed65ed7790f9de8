using System;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>The contract of stores on SQLite, and what is its own: files that are not what they should be.</summary>
public sealed class SqliteStoreTests : StoreConformance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-store-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private protected override IStore Open(int place = 0) =>
        SqliteStore.Open(place == 0 ? _directory : Directory.CreateDirectory(Path.Combine(_directory, $"{place}")).FullName);

    private protected override IStore OpenForReading() => SqliteStore.OpenForReading(_directory);

    [Fact]
    public void Reading_where_no_gateway_was_says_so()
    {
        StoreException error = Assert.Throws<StoreException>(() => SqliteStore.OpenForReading(_directory));

        Assert.Contains(_directory, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_directory));
    }

    [Fact]
    public void Its_files_are_the_owners_alone_in_a_directory_that_is_open_to_others()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(_directory, File.GetUnixFileMode(_directory) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        using IStore store = Open();
        store.Commit(BatchOfAll("1"));

        string[] files = Directory.GetFiles(_directory);
        Assert.True(files.Length > 1);
        foreach (string file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_day_of_many_values_is_forgotten_a_part_at_a_time()
    {
        const int More = 10;
        Open().Dispose();
        using var session = new SqliteSession(Path.Combine(_directory, SqliteStore.FileName), SqliteOpenMode.ReadWrite);
        var writer = new SqliteWriter(session);
        session.Begin();
        for (int i = 0; i < SqliteWriter.MaxDeletedBlocks + More; i++)
            writer.Write(Block($"thing-{i % 7}", Noon.AddMilliseconds(i), ""));
        writer.Write(Block("thing-1", Noon.AddDays(1), ""));
        writer.Write(Block("thing-9", Noon.AddDays(1), ""));
        session.Commit();
        long tomorrow = StoredTime.Day(Noon.AddDays(1));
        Assert.True(writer.DeletePartOfDay(tomorrow));
        Assert.Equal(More + 2L, session.Scalar("SELECT COUNT(*) FROM metric_block"));
        Assert.True(writer.DeletePartOfDay(tomorrow));
        Assert.False(writer.DeletePartOfDay(tomorrow));
        Assert.Equal(2L, session.Scalar("SELECT COUNT(*) FROM metric_block"));

        Assert.Null(writer.ForgetThings(writer.ForgetThings(0)!.Value));
        Assert.Equal(["thing-1", "thing-9"], session.Query("SELECT thing_name FROM metric_thing ORDER BY thing_name", row => row.GetString(0)));
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

        Execute("PRAGMA user_version = 9999");

        Assert.Contains("9999", Assert.Throws<StoreException>(() => SqliteStore.Open(_directory)).Message, StringComparison.Ordinal);
        Assert.Contains("9999", Assert.Throws<StoreException>(() => SqliteStore.OpenForReading(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Events_of_the_first_version_survive_with_the_type_of_their_criteria()
    {
        Execute(
            """
            CREATE TABLE thing_state (
                thing_name TEXT PRIMARY KEY, state BLOB NOT NULL, in_alarm INTEGER NOT NULL, written_at INTEGER NOT NULL) WITHOUT ROWID;
            CREATE INDEX thing_state_in_alarm ON thing_state (thing_name) WHERE in_alarm = 1;
            CREATE INDEX thing_state_written_at ON thing_state (written_at) WHERE in_alarm = 0;
            CREATE TABLE violation_event (
                id INTEGER PRIMARY KEY, violation_id TEXT NOT NULL, thing_name TEXT NOT NULL, security_profile_name TEXT NOT NULL,
                behavior_name TEXT NOT NULL, type TEXT NOT NULL, time INTEGER NOT NULL, document BLOB NOT NULL, UNIQUE (violation_id, type));
            CREATE INDEX violation_event_time ON violation_event (time);
            CREATE TABLE fleet_statistics (id INTEGER PRIMARY KEY CHECK (id = 1), state BLOB NOT NULL);
            INSERT INTO thing_state VALUES ('pump-17', x'01', 1, 0);
            INSERT INTO fleet_statistics VALUES (1, x'01');
            INSERT INTO violation_event VALUES
                (3, 'v1', 'pump-17', 'p', 'b', 'in-alarm', 1768478400000, CAST('{"behavior":{"criteria":{"comparisonOperator":"less-than","value":{"count":9}}}}' AS BLOB)),
                (4, 'v1', 'pump-17', 'p', 'b', 'alarm-cleared', 1768478400001, CAST('{"behavior":{"suppressAlerts":true,"criteria":{"statisticalThreshold":{"statistic":"p99"}}}}' AS BLOB)),
                (9, 'v2', 'pump-18', 'p', 'b', 'in-alarm', 1768478400001, CAST('{"behavior":{"suppressAlerts":false,"criteria":{"mlDetectionConfig":{"confidenceLevel":"HIGH"}}}}' AS BLOB));
            PRAGMA user_version = 1;
            """);

        using IStore store = Open();

        Assert.Equal(
            [("v2", "MACHINE_LEARNING", false), ("v1", "STATISTICAL", true), ("v1", "STATIC", false)],
            EventsOf(store, ViolationFilter.None).Select(row => (row.ViolationId, row.CriteriaType, row.IsSuppressed)));
        StoredViolationEvent first = EventsOf(store, ViolationFilter.None)[^1];
        Assert.Equal(("pump-17", "p", "b", "in-alarm", Noon), (first.ThingName, first.SecurityProfileName, first.BehaviorName, first.Type, first.Time));
        Assert.StartsWith("""{"behavior":{"criteria":{"comp""", Encoding.UTF8.GetString(first.Document), StringComparison.Ordinal);
        Assert.Empty(store.ListThingsInAlarm());
        store.Commit(BatchOfAll("1"));
        AssertHoldsAll(store, "1");
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

    private void Execute(string sql)
    {
        SystemSqlite.EnsureLoaded();
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, SqliteStore.FileName)};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
