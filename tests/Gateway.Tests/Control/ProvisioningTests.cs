using System;
using System.IO;
using System.Linq;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Xunit;

namespace Defender.Gateway.Tests.Control;

/// <summary>What the files of a start do to an account that may have been there before.</summary>
public sealed class ProvisioningTests : IDisposable
{
    private const string Definitions = """{"customMetrics":[{"metricName":"level","metricType":"number"}],"dimensions":[{"name":"d","type":"TOPIC_FILTER","stringValues":["a/#"]}]}""";

    private readonly RegistryAccount _account = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-files-").FullName;

    public void Dispose()
    {
        _account.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Files_that_say_the_same_change_nothing()
    {
        string definitions = Write("definitions.json", Definitions);
        string profile = Write("a.json", Profile("a", 5));
        Provisioning.Apply(_account.Control, definitions, [profile]);
        AccountState before = _account.State;

        _account.Time.Advance(TimeSpan.FromDays(1));
        Provisioning.Apply(_account.Control, definitions, [profile]);

        Assert.Same(before, _account.State);
        Assert.Equal(1, SecurityProfiles.Get(_account.State, "a").Version);
        Assert.Equal([ProfileTarget.AllThings], SecurityProfiles.Get(_account.State, "a").Targets);
    }

    [Fact]
    public void A_file_that_changed_makes_a_new_version_and_leaves_attachments_alone()
    {
        Provisioning.Apply(_account.Control, Write("definitions.json", Definitions), [Write("a.json", Profile("a", 5))]);
        _account.Change(draft => SecurityProfiles.AttachTo(draft, "a", ProfileTarget.RegisteredThings));

        Provisioning.Apply(
            _account.Control, Write("definitions.json", Definitions.Replace("a/#", "b/#", StringComparison.Ordinal)), [Write("a.json", Profile("a", 6))]);

        Assert.Equal(2, SecurityProfiles.Get(_account.State, "a").Version);
        Assert.Equal([ProfileTarget.RegisteredThings, ProfileTarget.AllThings], SecurityProfiles.Get(_account.State, "a").Targets);
        Assert.Equal(["b/#"], Dimensions.Get(_account.State, "d").StringValues);
    }

    [Fact]
    public void One_mistake_and_nothing_of_any_file_is_taken()
    {
        AccountState before = _account.State;
        string bad = Write("bad.json", Profile("b", -1));

        StartupException error = Assert.Throws<StartupException>(() =>
            Provisioning.Apply(_account.Control, Write("definitions.json", Definitions), [Write("a.json", Profile("a", 5)), bad]));

        Assert.StartsWith($"{bad}: 1 mistake", error.Message, StringComparison.Ordinal);
        Assert.Same(before, _account.State);
    }

    [Fact]
    public void A_metric_of_another_type_is_refused_with_the_name_of_the_file()
    {
        _account.Change(draft => CustomMetrics.Create(draft, "level", "number-list", null, null, RegistryAccount.NoTags));
        AccountState before = _account.State;
        string file = Write("definitions.json", Definitions);

        StartupException error = Assert.Throws<StartupException>(() => Provisioning.Apply(_account.Control, file, []));

        Assert.Equal($"{file}: custom metric level is a number-list already: a type cannot change", error.Message);
        Assert.Same(before, _account.State);
    }

    [Fact]
    public void Two_files_of_one_name_are_refused()
    {
        string second = Write("second.json", Profile("a", 6));

        StartupException error = Assert.Throws<StartupException>(() => Provisioning.Apply(_account.Control, null, [Write("first.json", Profile("a", 5)), second]));

        Assert.StartsWith(second, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_has_all_its_profiles_takes_no_file()
    {
        foreach (int i in Enumerable.Range(0, SecurityProfiles.MaxPerTarget))
            Provisioning.Apply(_account.Control, null, [Write($"{i}.json", Profile($"p{i}", 5))]);
        AccountState before = _account.State;
        string sixth = Write("sixth.json", Profile("sixth", 5));

        StartupException error = Assert.Throws<StartupException>(() => Provisioning.Apply(_account.Control, null, [sixth]));

        Assert.StartsWith(sixth, error.Message, StringComparison.Ordinal);
        Assert.Same(before, _account.State);
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_directory, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static string Profile(string name, int count) =>
        "{\"securityProfileName\":\"" + name + "\",\"behaviors\":[{\"name\":\"b\",\"metric\":\"aws:num-disconnects\",\"criteria\":"
        + "{\"comparisonOperator\":\"less-than\",\"value\":{\"count\":" + count + "},\"durationSeconds\":300}}]}";
}
