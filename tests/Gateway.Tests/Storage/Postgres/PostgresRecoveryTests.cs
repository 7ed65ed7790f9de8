using System;
using System.Linq;
using System.Threading;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Tests.Running;
using Npgsql;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>Connections that end, servers that crash, and others that are in the way.</summary>
[NeedsPostgres]
[Collection(PostgresCollection.Name)]
public sealed class PostgresRecoveryTests(PostgresServer server)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly string _schema = $"test_{Guid.NewGuid():n}";

    [StoreFact]
    public void A_lost_connection_is_replaced_by_the_next_call()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        Assert.Equal(["1"], MessagesOf(store));

        EndConnections();
        store.Commit(Message("2"));
        EndConnections();

        Assert.Equal(["1", "2"], MessagesOf(store));
        store.DeleteBefore(Noon, Noon);
    }

    [StoreFact]
    public void Without_the_lock_nothing_is_written_until_it_is_taken_again()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        using (var other = new NpgsqlConnection($"{server.ConnectionString};Pooling=false"))
        {
            other.Open();
            EndConnections(but: other.ProcessID);
            using var command = new NpgsqlCommand($"SELECT pg_advisory_lock(hashtextextended('defender-gateway/{_schema}', 0))", other);
            command.ExecuteNonQuery();

            Assert.Contains("another gateway writes", Assert.Throws<StoreException>(() => store.Commit(Message("2"))).Message, StringComparison.Ordinal);
            Assert.Equal(["1"], MessagesOf(store));
            using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", other);
            unlock.ExecuteNonQuery();
        }

        store.Commit(Message("3"));
        Assert.Equal(["1", "3"], MessagesOf(store));
    }

    [StoreFact]
    public void A_gateway_that_was_replaced_writes_no_more()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        EndConnections();
        using (PostgresStore other = Open())
        {
            Assert.Contains("another gateway writes", Assert.Throws<StoreException>(() => store.Commit(Message("2"))).Message, StringComparison.Ordinal);
            other.Commit(Message("3"));
        }

        // What it remembers of the things is no longer true.
        Assert.Contains("meanwhile", Assert.Throws<StoreException>(() => store.Commit(Message("4"))).Message, StringComparison.Ordinal);
        Assert.Contains("meanwhile", Assert.Throws<StoreException>(() => store.DeleteBefore(Noon, Noon)).Message, StringComparison.Ordinal);
        Assert.Equal(["1", "3"], MessagesOf(store));
    }

    [StoreFact]
    public void What_was_committed_survives_a_crash_of_the_server_and_the_store_goes_on()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        server.Kill9();
        try
        {
            foreach (Action call in new Action[] { () => store.Commit(Message("lost")), () => MessagesOf(store), () => store.MeasureSize() })
            {
                StoreException error = Assert.Throws<StoreException>(call);
                Assert.Contains($"schema {_schema} of database postgres at 127.0.0.1:", error.Message, StringComparison.Ordinal);
                Assert.False(PostgresServer.Tells(error.ToString()));
            }
        }
        finally
        {
            server.Start();
        }

        Assert.Equal(["1"], MessagesOf(store));
        store.Commit(Message("2"));
        Assert.Equal(["1", "2"], MessagesOf(store));
    }

    [StoreFact]
    public void A_restart_between_two_calls_is_not_noticed()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        MessagesOf(store);
        server.Stop();
        server.Start();

        store.Commit(Message("2"));
        Assert.Equal(["1", "2"], MessagesOf(store));
    }

    [StoreFact]
    public void The_end_of_one_of_its_processes_is_survived_too()
    {
        using PostgresStore store = Open();
        store.Commit(Message("1"));
        int writer = (int)Admin($"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = '{_schema}')")!;

        // The server ends all its connections then, a moment later, and refuses new ones while it recovers.
        server.Kill9(writer);

        Assert.True(SpinWait.SpinUntil(() => Succeeds(() => store.Commit(Message("2"))), 4 * TestGateway.Deadline));
        Assert.True(SpinWait.SpinUntil(() => Succeeds(() => Assert.Equal(["1", "2"], MessagesOf(store))), TestGateway.Deadline));
    }

    [StoreFact]
    public void A_commit_whose_answer_was_lost_is_found_to_be_written_and_not_written_twice()
    {
        using var network = new CuttableProxy(PortOf(server.ConnectionString));
        using PostgresStore store = PostgresStore.Open(PostgresServer.ConnectionStringOf(network.Port), _schema);
        store.Commit(Message("1"));

        network.CutNextAnswerToCommit();
        store.Commit(Message("2"));
        Assert.True(network.HasCut);

        Assert.Equal(["1", "2"], MessagesOf(store));
    }

    [StoreFact]
    public void A_commit_that_was_lost_is_sent_again()
    {
        using var network = new CuttableProxy(PortOf(server.ConnectionString));
        using PostgresStore store = PostgresStore.Open(PostgresServer.ConnectionStringOf(network.Port), _schema);
        store.Commit(Message("1"));

        network.CutNextCommit();
        store.Commit(Message("2"));
        Assert.True(network.HasCut);

        Assert.Equal(["1", "2"], MessagesOf(store));
    }

    [StoreFact]
    public void What_the_server_refuses_last_undoes_the_rest()
    {
        using PostgresStore store = Open();
        StoreBatch batch = Message("1");
        batch.Values["no text\0"] = new byte[1];

        Assert.Contains("SQLSTATE 22021", Assert.Throws<StoreException>(() => store.Commit(batch)).Message, StringComparison.Ordinal);
        Assert.Empty(MessagesOf(store));
        store.Commit(Message("2"));
        Assert.Equal(["2"], MessagesOf(store));
    }

    [StoreFact]
    public void A_backup_delays_neither_a_new_day_nor_its_readers_and_forgetting_can_be_tried_again()
    {
        using PostgresStore store = Open();
        store.Commit(Block(Noon));
        using (var backup = new NpgsqlConnection($"{server.ConnectionString};Pooling=false"))
        {
            backup.Open();
            using var begin = new NpgsqlCommand($"BEGIN; SELECT count(*) FROM {_schema}.metric_block", backup);
            begin.ExecuteNonQuery();

            store.Commit(Block(Noon.AddDays(1)));
            Assert.Contains("SQLSTATE 55P03", Assert.Throws<StoreException>(() => store.DeleteOldestMetricDay(Noon.AddDays(1))).Message, StringComparison.Ordinal);
            Assert.Equal(2, store.ReadMetricBlocks("a", Noon, Noon.AddDays(1), 10).Count);
        }

        Assert.True(store.DeleteOldestMetricDay(Noon.AddDays(1)));
        Assert.Single(store.ReadMetricBlocks("a", Noon, Noon.AddDays(1), 10));
    }

    private static bool Succeeds(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    private static int PortOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Port;

    private static string[] MessagesOf(PostgresStore store) => [.. store.ReadOutbox("hook", 0, 100).Select(row => row.Message.MessageId)];

    private static StoreBatch Message(string id)
    {
        var batch = new StoreBatch();
        batch.Outbox.Add(new OutboxMessage("hook", id, [1], Noon));
        return batch;
    }

    private static StoreBatch Block(DateTimeOffset start)
    {
        var batch = new StoreBatch();
        batch.MetricBlocks.Add(new MetricBlockRow("a", start, new byte[] { 1 }));
        return batch;
    }

    private PostgresStore Open() => PostgresStore.Open($"{server.ConnectionString};Application Name={_schema}", _schema);

    // As an administrator does, or a failing network.
    private void EndConnections(int but = 0) => Admin(
        $"SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE application_name = '{_schema}' AND pid <> {but}");

    private object? Admin(string sql) => PostgresCollection.Execute(server, sql);
}
