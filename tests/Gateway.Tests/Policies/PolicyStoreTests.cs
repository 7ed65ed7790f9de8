using System;
using System.IO;
using Defender.Gateway.Hosting;
using Defender.Gateway.Policies;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>How a running gateway follows the file of its policies.</summary>
public sealed class PolicyStoreTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("defender-policies-").FullName, "policies.json");
    private readonly ManualTime _time = new();
    private readonly LineLog _log = new();
    private readonly ILoggerFactory _loggers;

    public PolicyStoreTests() => _loggers = LoggerFactory.Create(logging => logging.AddProvider(_log));

    public void Dispose()
    {
        _loggers.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    [Fact]
    public void CVE_2021_34434_a_right_that_is_taken_away_is_told_to_those_who_used_it()
    {
        Write("a");
        using PolicyStore store = Open();
        int changes = 0;
        bool stillAllowed = true;
        store.Changed += () =>
        {
            changes++;
            stillAllowed = For(store, "P").Receives("a");
        };
        Assert.True(For(store, "P").Receives("a"));
        long generation = store.Generation;

        Write("b");
        _time.Advance(PolicyStore.RereadInterval - TimeSpan.FromTicks(1));
        Assert.True(For(store, "P").Receives("a"));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal((1, false), (changes, stillAllowed));
        Assert.True(For(store, "P").Receives("b"));
        Assert.True(store.Generation > generation);
        Assert.Equal("Information: policies read again: there are 1 now", Assert.Single(_log.Lines));

        _time.Advance(PolicyStore.RereadInterval * 5);
        Assert.Equal(1, changes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"P":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Receive","Resource":"arn:aws:iot:*:*:topic/b"}},"Q":{}}""")]
    [InlineData(null)]
    public void CVE_2017_7652_a_reading_that_fails_changes_nothing_and_is_logged_once(string? content)
    {
        Write("a");
        using PolicyStore store = Open();
        bool changed = false;
        store.Changed += () => changed = true;
        string good = File.ReadAllText(_file);

        if (content is null)
            File.Delete(_file);
        else
            File.WriteAllText(_file, content);
        _time.Advance(PolicyStore.RereadInterval * 3);

        Assert.False(changed);
        Assert.True(For(store, "P").Receives("a"));
        Assert.False(For(store, "P").Receives("b"));
        Assert.StartsWith("Error: policies cannot be read again, those of the last reading hold: ", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.Contains(_file, _log.Lines[0], StringComparison.Ordinal);

        // What was there before is no change; the same trouble, after it was over, is told again.
        File.WriteAllText(_file, good);
        _time.Advance(PolicyStore.RereadInterval);
        Assert.False(changed);
        File.WriteAllText(_file, content ?? "");
        _time.Advance(PolicyStore.RereadInterval);
        Assert.Equal(2, _log.Lines.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"P":{"Version":"2012-10-17"}}""")]
    [InlineData(null)]
    public void CVE_2018_12550_no_start_with_a_file_that_is_empty_broken_or_missing(string? content)
    {
        if (content is not null)
            File.WriteAllText(_file, content);

        StartupException error = Assert.Throws<StartupException>(() => Open());

        Assert.Contains(_file, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_denies_everything_also_beside_a_known_one()
    {
        Write("a");
        using PolicyStore store = Open();

        SessionPolicy policy = store.For(["P", "Q"], Policy.Device("pump"));

        Assert.False(policy.Receives("a"));
        Assert.Equal("Warning: pump may do nothing: there is no policy Q in the file of --policies", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Several_policies_hold_together()
    {
        File.WriteAllText(_file, $$"""{"P":{{Document("Allow", "*")}},"Q":{{Document("Deny", "secret")}}}""");
        using PolicyStore store = Open();

        Assert.True(For(store, "P").Receives("secret"));
        Assert.False(For(store, "Q").Receives("a"));
        Assert.True(For(store, "P", "Q").Receives("a"));
        Assert.False(For(store, "P", "Q").Receives("secret"));
    }

    [Fact]
    public void Without_names_the_default_policy_holds()
    {
        using var store = new PolicyStore(null, _time, new LogBudget(_time), _loggers.CreateLogger<PolicyStore>());

        Assert.True(store.For([], Policy.Device("pump")).Connects("pump"));
        Assert.False(store.For([], Policy.Device("pump")).Connects("other"));
        Assert.False(store.For(["P"], Policy.Device("pump")).Connects("pump"));
        Assert.Equal(0, _time.TimersSet);
    }

    [Fact]
    public void Sessions_with_the_same_policies_share_them_where_no_value_is_in_them()
    {
        File.WriteAllText(_file, $$"""{"P":{{Document("Allow", "a")}},"Q":{{Document("Allow", "${iot:ClientId}")}}}""");
        using PolicyStore store = Open();

        Assert.Same(store.For(["P"], Policy.Device("pump")), store.For(["P"], Policy.Device("fan")));
        Assert.NotSame(store.For(["Q"], Policy.Device("pump")), store.For(["Q"], Policy.Device("fan")));
        Assert.True(store.For(["P", "Q"], Policy.Device("fan")).Receives("fan"));
        Assert.False(store.For(["P", "Q"], Policy.Device("fan")).Receives("pump"));
    }

    [Fact]
    public void Nothing_is_read_after_the_end()
    {
        Write("a");
        PolicyStore store = Open();
        store.Dispose();

        Write("b");
        _time.Advance(PolicyStore.RereadInterval * 2);

        Assert.True(For(store, "P").Receives("a"));
    }

    private static SessionPolicy For(PolicyStore store, params string[] names) => store.For([.. names], Policy.Device("pump"));

    private static string Document(string effect, string topic) =>
        $$"""{"Version":"2012-10-17","Statement":{"Effect":"{{effect}}","Action":"iot:Receive","Resource":"arn:aws:iot:*:*:topic/{{topic}}"} }""";

    private void Write(string topic) => File.WriteAllText(_file, $$"""{"P":{{Document("Allow", topic)}}}""");

    private PolicyStore Open() => new(_file, _time, new LogBudget(_time), _loggers.CreateLogger<PolicyStore>());
}
