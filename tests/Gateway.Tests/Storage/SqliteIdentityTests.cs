using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>The identities on SQLite, beside a gateway that writes.</summary>
public sealed class SqliteIdentityTests : IdentityConformance, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-store-").FullName;
    private readonly SqliteStore _store;

    public SqliteIdentityTests() => _store = SqliteStore.Open(_directory);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private protected override IIdentityStore Open() => new IdentityStore(SqliteIdentities.Open(_directory));

    [Fact]
    public async Task Commands_write_while_the_gateway_commits_without_a_pause()
    {
        using var identities = Open();
        using var enough = new CancellationTokenSource();
        int commits = 0;
        Task gateway = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                var batch = new StoreBatch();
                batch.Values.Add("name", BitConverter.GetBytes(++commits));
                _store.Commit(batch);
            }
        });
        await Eventually.TrueAsync(() => Volatile.Read(ref commits) > 0, "the gateway commits");
        const int Users = 50;
        for (int i = 0; i < Users; i++)
            identities.PutUser(new ClientUserRow($"u{i:d6}", [1], [2], 1, null, [], DateTimeOffset.UnixEpoch));
        await enough.CancelAsync();
        await gateway;

        Assert.Equal(BitConverter.GetBytes(commits), _store.ReadValue("name"));
        Assert.Equal(Users, identities.ListUsers(null, int.MaxValue).Count);
    }

    [Fact]
    public void A_command_that_stopped_halfway_does_not_stop_the_gateway()
    {
        using var turn = WriteTurn.Open(Path.Combine(_directory, SqliteStore.FileName));
        using WriteTurn.Held held = turn.Take();
        var batch = new StoreBatch();
        batch.Values.Add("name", new byte[] { 1 });

        _store.Commit(batch);

        Assert.Equal([1], _store.ReadValue("name"));
    }

    [Fact]
    public void A_damaged_row_is_an_error_and_nobody()
    {
        using var identities = Open();
        Execute(
            """
            INSERT INTO device_certificate VALUES ('a', 'active', 'pump-17', '[]', 0, 0, 0, 'ENROLLED', NULL);
            INSERT INTO device_certificate VALUES ('b', 'ACTIVE', 'pump-17', '', 0, 0, 0, 'ENROLLED', NULL);
            INSERT INTO device_certificate VALUES ('c', 'ACTIVE', 'pump-17', '[null]', 0, 0, 0, 'ENROLLED', NULL);
            INSERT INTO client_user VALUES ('u', x'01', x'02', 1, NULL, 'null', 0);
            """);

        foreach (string id in new[] { "a", "b", "c" })
            Assert.Contains("damaged", Assert.Throws<StoreException>(() => identities.FindCertificate(id)).Message, StringComparison.Ordinal);
        Assert.Throws<StoreException>(() => identities.FindUser("u"));
    }

    [Fact]
    public void Where_no_gateway_was_there_are_no_identities_and_nothing_is_made()
    {
        string other = Directory.CreateDirectory(Path.Combine(_directory, "other")).FullName;

        Assert.Contains("no gateway", Assert.Throws<StoreException>(() => SqliteIdentities.Open(other)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(other));
    }

    [Fact]
    public void A_certificate_is_found_by_its_key_alone()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, SqliteStore.FileName)};Pooling=False");
        connection.Open();
        foreach ((string sql, string index) in new[]
        {
            ("SELECT * FROM device_certificate WHERE certificate_id = 'a'", "PRIMARY KEY (certificate_id=?)"),
            ("SELECT * FROM device_certificate WHERE thing_name = 't' AND certificate_id > '' ORDER BY certificate_id LIMIT 1", "device_certificate_thing"),
        })
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "EXPLAIN QUERY PLAN " + sql;
            using SqliteDataReader reader = command.ExecuteReader();
            string plan = "";
            while (reader.Read())
                plan += reader.GetString(3) + "\n";
            Assert.Contains(index, plan, StringComparison.Ordinal);
            Assert.DoesNotContain("TEMP B-TREE", plan, StringComparison.Ordinal);
        }
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory, SqliteStore.FileName)};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
