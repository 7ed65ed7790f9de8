using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>How a running gateway follows what commands change, and what must not keep it from that.</summary>
public sealed class IdentityRegistryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-registry-").FullName;
    private readonly ManualTime _clock = new();
    private readonly SqliteStore _store;
    private readonly SqliteIdentities _database;
    private readonly IdentityStore _identities;
    private readonly IdentityRegistry _registry;
    private readonly List<string> _withdrawn = [];

    public IdentityRegistryTests()
    {
        _store = SqliteStore.Open(_directory);
        _database = SqliteIdentities.Open(_directory);
        _identities = new IdentityStore(_database);
        _registry = new IdentityRegistry(_identities, NullLogger<IdentityRegistry>.Instance, new LogBudget(_clock));
        _registry.Withdrawn += _withdrawn.AddRange;
    }

    public void Dispose()
    {
        _registry.Dispose();
        _identities.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void CAs_that_cannot_be_read_keep_nobody_from_being_withdrawn_and_are_read_when_they_can_be()
    {
        PutUser();
        Assert.Empty(_registry.Cas);
        Execute("ALTER TABLE registered_ca RENAME TO hidden");
        _identities.RemoveUser("pump");

        _registry.Poll();

        Assert.Equal(["pump"], _withdrawn);
        Execute("ALTER TABLE hidden RENAME TO registered_ca");
        _identities.PutCa(new RegisteredCaRow(new string('c', 64), [1], AutoRegistration: true, _clock.GetUtcNow()));
        Execute("ALTER TABLE registered_ca RENAME TO hidden");
        _registry.Poll();
        Assert.Empty(_registry.Cas);
        Execute("ALTER TABLE hidden RENAME TO registered_ca");
        _registry.Poll();
        Assert.Single(_registry.Cas);
    }

    [Fact]
    public void Who_fails_to_end_a_session_does_not_keep_the_others_from_it()
    {
        var registry = new IdentityRegistry(_identities, NullLogger<IdentityRegistry>.Instance, new LogBudget(_clock));
        List<string> withdrawn = [];
        registry.Withdrawn += _ => throw new InvalidOperationException("a fault");
        registry.Withdrawn += withdrawn.AddRange;
        PutUser();

        registry.Poll();

        Assert.Equal(["pump"], withdrawn);
    }

    [Fact]
    public async Task A_change_is_seen_while_the_gateway_itself_waits_to_write()
    {
        PutUser();
        _registry.Poll();
        using var isWriting = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        Task<int> write = Task.Run(() => _database.Write(_ =>
        {
            isWriting.Set();
            mayEnd.Wait(TestGateway.Deadline);
            return 1;
        }));
        Assert.True(isWriting.Wait(TestGateway.Deadline));

        Task look = Task.Run(_registry.Poll);

        await look.WaitAsync(TestGateway.Deadline / 2);
        Assert.False(write.IsCompleted);
        mayEnd.Set();
        await write;
    }

    private void PutUser() => _identities.PutUser(PasswordHash.CreateUser("pump", "right"u8, 1000, null, [], _clock.GetUtcNow()));

    private void Execute(string sql)
    {
        using var session = new SqliteSession(Path.Combine(_directory, SqliteStore.FileName), SqliteOpenMode.ReadWrite);
        session.Execute(sql);
    }
}
