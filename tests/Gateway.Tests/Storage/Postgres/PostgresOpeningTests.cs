using System;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Postgres;
using Defender.Gateway.Tests.Running;
using Npgsql;
using Xunit;

namespace Defender.Gateway.Tests.Storage.Postgres;

/// <summary>Who may open a schema, and what is said when it cannot be opened.</summary>
[NeedsPostgres]
[Collection(PostgresCollection.Name)]
public sealed class PostgresOpeningTests(PostgresServer server)
{
    private readonly string _schema = $"test_{Guid.NewGuid():n}";

    [StoreFact]
    public void One_gateway_writes_at_a_time_and_others_may_read()
    {
        using (PostgresStore store = Open())
        {
            Assert.Contains("another gateway writes to schema " + _schema, Refused(() => Open()), StringComparison.Ordinal);
            using PostgresStore reader = PostgresStore.OpenForReading(server.ConnectionString, _schema);
            store.Commit(Value("1"));
            Assert.Equal([1], reader.ReadValue("name"));
            PostgresStore.Open(server.ConnectionString, $"{_schema}_other").Dispose();
        }

        using PostgresStore next = Open();
        Assert.Equal([1], next.ReadValue("name"));
    }

    [StoreFact]
    public void Reading_where_no_gateway_was_says_so_and_makes_nothing()
    {
        Assert.Contains("no gateway has kept data in schema", Refused(() => PostgresStore.OpenForReading(server.ConnectionString, _schema)), StringComparison.Ordinal);
        Assert.Equal(0L, Admin($"SELECT count(*) FROM pg_namespace WHERE nspname = '{_schema}'"));
    }

    [StoreFact]
    public void The_schema_of_a_newer_gateway_is_refused()
    {
        Open().Dispose();
        Admin($"UPDATE {_schema}.store SET version = 9999");

        Assert.Contains("9999", Refused(() => Open()), StringComparison.Ordinal);
        Assert.Contains("9999", Refused(() => PostgresStore.OpenForReading(server.ConnectionString, _schema)), StringComparison.Ordinal);
    }

    [StoreFact]
    public void All_tables_lie_in_the_schema()
    {
        using (PostgresStore store = Open())
            store.Commit(Value("1"));

        Assert.Equal(0L, Admin("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [StoreFact]
    public void Reserved_words_can_name_a_schema()
    {
        using PostgresStore store = PostgresStore.Open(server.ConnectionString, "user");
        store.Commit(Value("1"));
        Assert.Equal([1], store.ReadValue("name"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Defender")]
    [InlineData("1st")]
    [InlineData("a-b")]
    [InlineData("a;drop schema public")]
    [InlineData("a\n")]
    [InlineData("a\"")]
    [InlineData("pg_defender")]
    [InlineData("a,public")]
    public void Other_names_are_refused_before_anything_is_connected(string schema) =>
        Assert.Contains("cannot name the schema", Refused(() => PostgresStore.Open("Host=192.0.2.1", schema)), StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=127.0.0.1;Password=not-to;be-shown=1")]
    [InlineData("Host=127.0.0.1;Port=not-to-be-shown")]
    [InlineData("Host=127.0.0.1;Password='not-to-be-shown")]
    [InlineData("not-to-be-shown")]
    [InlineData("postgresql://user:not-to-be-shown@host/db")]
    [InlineData("Username=x;Password=not-to-be-shown")]
    public void A_connection_string_that_cannot_be_read_is_not_repeated(string connectionString)
    {
        StoreException error = Assert.Throws<StoreException>(() => PostgresStore.Open(connectionString));

        Assert.Contains("write it as Host=", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("be-shown", error.ToString(), StringComparison.Ordinal);
    }

    [StoreFact]
    public void What_the_server_refuses_is_said_without_the_password()
    {
        var other = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        string wrongUser = new NpgsqlConnectionStringBuilder(other.ConnectionString) { Username = "nobody-known" }.ConnectionString;
        string noDatabase = new NpgsqlConnectionStringBuilder(other.ConnectionString) { Database = "missing" }.ConnectionString;
        string noServer = new NpgsqlConnectionStringBuilder(other.ConnectionString) { Port = 1 }.ConnectionString;
        string noHost = new NpgsqlConnectionStringBuilder(other.ConnectionString) { Host = "no.such.host.invalid" }.ConnectionString;

        Assert.Contains("password authentication failed", Refused(() => PostgresStore.Open(wrongUser)), StringComparison.Ordinal);
        Assert.Contains("\"missing\" does not exist", Refused(() => PostgresStore.Open(noDatabase)), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1: ", Refused(() => PostgresStore.Open(noServer)), StringComparison.Ordinal);
        Assert.Contains("no.such.host.invalid", Refused(() => PostgresStore.OpenForReading(noHost)), StringComparison.Ordinal);
    }

    [StoreFact]
    public void A_database_of_another_encoding_is_refused()
    {
        Admin("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
        string latin = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "latin" }.ConnectionString;

        Assert.Contains("LATIN1", Refused(() => PostgresStore.Open(latin)), StringComparison.Ordinal);
    }

    private static string Refused(Func<PostgresStore> open)
    {
        StoreException error = Assert.Throws<StoreException>(() => open().Dispose());
        Assert.False(PostgresServer.Tells(error.ToString()));
        return error.Message;
    }

    private static StoreBatch Value(string name)
    {
        var batch = new StoreBatch();
        batch.Values["name"] = new byte[] { byte.Parse(name, null) };
        return batch;
    }

    private PostgresStore Open() => PostgresStore.Open(server.ConnectionString, _schema);

    private object? Admin(string sql) => PostgresCollection.Execute(server, sql);
}
