using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
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

/// <summary>Passwords: right, wrong, too many, and changed by a command.</summary>
public sealed class PasswordTests : IDisposable
{
    // Enough to be a hash, few enough for tests.
    private const int Iterations = 1000;

    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-passwords-").FullName;
    private readonly ManualTime _clock = new();
    private readonly SqliteStore _store;
    private readonly IdentityStore _identities;
    private readonly IdentityRegistry _registry;
    private readonly PasswordCheck _check;

    public PasswordTests()
    {
        _store = SqliteStore.Open(_directory);
        _identities = new IdentityStore(SqliteIdentities.Open(_directory));
        _registry = new IdentityRegistry(_identities, NullLogger<IdentityRegistry>.Instance, new LogBudget(_clock));
        _check = new PasswordCheck(_registry, _clock);
    }

    public void Dispose()
    {
        _check.Dispose();
        _registry.Dispose();
        _identities.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData("pump", "right", AuthenticationRefusal.None)]
    [InlineData("pump", "Right", AuthenticationRefusal.BadUserNameOrPassword)]
    [InlineData("pump", "right\0", AuthenticationRefusal.BadUserNameOrPassword)]
    [InlineData("pump", "", AuthenticationRefusal.BadUserNameOrPassword)]
    [InlineData("Pump", "right", AuthenticationRefusal.BadUserNameOrPassword)]
    [InlineData("", "right", AuthenticationRefusal.BadUserNameOrPassword)]
    [InlineData("pumprig", "ht", AuthenticationRefusal.BadUserNameOrPassword)]
    public async Task Only_the_right_password_of_the_user_is_right(string user, string password, object refusal)
    {
        Add("pump", "right");
        // What is remembered of the right one must not help the others.
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "right"));

        Assert.Equal((AuthenticationRefusal)refusal, await CheckAsync(user, password));
    }

    [Fact]
    public async Task No_users_let_nobody_in_CVE_2018_12550()
    {
        foreach (string name in new[] { "", "pump", "anonymous" })
        {
            foreach (string password in new[] { "", "x" })
                Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync(name, password));
        }
    }

    [Fact]
    public async Task A_damaged_row_is_nobodys_password_CVE_2018_12551()
    {
        Add("pump", "right");
        foreach (string damage in new[] { "hash = x''", "hash = zeroblob(32)", "salt = x'00'", "iterations = 0", "iterations = 99999999999", "hash = substr(hash, 1, 31)" })
        {
            Execute($"UPDATE client_user SET {damage}");
            foreach (string password in new[] { "right", "", "\0" })
                Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync("pump", password));
            _identities.PutUser(PasswordHash.CreateUser("pump", Encoding.UTF8.GetBytes("right"), Iterations, null, [], _clock.GetUtcNow()));
            _clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "right"));
            _registry.Poll();
        }

        Execute("UPDATE client_user SET policy_names = ''");
        Assert.Equal(AuthenticationRefusal.Unavailable, await CheckAsync("pump", "right"));
    }

    [Fact]
    public async Task Wrong_passwords_are_held_to_a_rate_by_name_and_by_address()
    {
        Add("pump", "right");
        Add("valve", "right");
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("valve", "right"));
        for (int i = 0; i < FailureLimit.Burst; i++)
            Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync("pump", $"wrong {i}"));

        Assert.Equal(AuthenticationRefusal.Throttled, await CheckAsync("pump", "right"));
        Assert.Equal(AuthenticationRefusal.Throttled, await CheckAsync("pump", "right", IPAddress.Parse("192.0.2.2")));
        Assert.Equal(AuthenticationRefusal.Throttled, await CheckAsync("nobody", "x"));
        // Who was let in before is not locked out by the others of his network.
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("valve", "right"));

        _clock.Advance(TimeSpan.FromMinutes(1.0 / FailureLimit.PerMinute));
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "right"));
    }

    [Fact]
    public async Task A_password_that_was_changed_or_removed_is_not_remembered()
    {
        Add("pump", "first");
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "first"));
        var withdrawn = new List<string>();
        _registry.Withdrawn += withdrawn.AddRange;

        Add("pump", "second");
        _registry.Poll();
        Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync("pump", "first"));
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "second"));
        _identities.RemoveUser("pump");
        _registry.Poll();
        Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync("pump", "second"));

        Assert.Equal(["pump", "pump", "pump"], withdrawn.Prepend("pump"));
    }

    [Fact]
    public async Task What_was_right_is_remembered_without_the_store()
    {
        Add("pump", "right");
        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "right"));
        Execute("DELETE FROM client_user");

        Assert.Equal(AuthenticationRefusal.None, await CheckAsync("pump", "right"));
        Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, await CheckAsync("pump", "wrong"));
    }

    [Fact]
    public async Task More_passwords_than_may_wait_are_refused_and_the_others_are_checked()
    {
        for (int i = 0; i < 200; i++)
            Add($"u{i}", "right");

        Task<AuthenticationRefusal>[] checks = [.. Enumerable.Range(0, 200).Select(i => CheckAsync($"u{i}", "right", new IPAddress(i)))];
        AuthenticationRefusal[] refusals = await Task.WhenAll(checks).WaitAsync(TestGateway.Deadline);

        Assert.All(refusals, refusal => Assert.True(refusal is AuthenticationRefusal.None or AuthenticationRefusal.Throttled));
        Assert.InRange(refusals.Count(refusal => refusal == AuthenticationRefusal.None), PasswordCheck.MaxWaiting, 200);
    }

    [Fact]
    public void The_limit_of_failures_is_bounded_in_memory_and_goes_on_when_it_is_full()
    {
        var limit = new FailureLimit(_clock);
        for (int i = 0; i < FailureLimit.MaxKeys + 1000; i++)
            limit.Failed($"{i}");

        Assert.True(limit.Allows("1"));
        Assert.False(limit.Allows("one that was never seen"));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(limit.Allows("one that was never seen"));
    }

    [Fact]
    public void The_cost_of_a_password_is_that_of_the_source() => Assert.Equal(600_000, PasswordHash.DefaultIterations);

    private void Add(string name, string password) =>
        _identities.PutUser(PasswordHash.CreateUser(name, Encoding.UTF8.GetBytes(password), Iterations, "pump-17", [], _clock.GetUtcNow()));

    private async Task<AuthenticationRefusal> CheckAsync(string name, string password, IPAddress? address = null)
    {
        (ClientUserRow? user, AuthenticationRefusal refusal) =
            await _check.CheckAsync(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(password), address ?? Here, CancellationToken.None);
        Assert.Equal(refusal == AuthenticationRefusal.None, user is not null);
        return refusal;
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
