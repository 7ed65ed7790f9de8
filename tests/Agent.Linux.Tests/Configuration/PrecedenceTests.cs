using System;
using System.IO;
using System.Linq;
using Defender.Agent.Linux.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

/// <summary>Defaults, file, environment, options: each overrides those before it, and says where it comes from.</summary>
public sealed class PrecedenceTests
{
    [Fact]
    public void The_last_one_counts()
    {
        using Loaded loaded = new(
            "{\"device-defender\":{\"interval\":10,\n\"max-ports\":10,\n\"max-connections\":10}}",
            "--max-connections 30",
            ("DEFENDER_AGENT_MAX_PORTS", "20"),
            ("DEFENDER_AGENT_MAX_CONNECTIONS", "20"));

        Assert.Empty(loaded.Messages);
        Assert.Equal(("json", "default"), Of(loaded, Settings.Format));
        Assert.Equal(("10", $"{loaded.File}:1"), Of(loaded, Settings.Interval));
        Assert.Equal(("20", "DEFENDER_AGENT_MAX_PORTS"), Of(loaded, Settings.MaxPorts));
        Assert.Equal(("30", "--max-connections"), Of(loaded, Settings.MaxConnections));
    }

    [Fact]
    public void Every_setting_has_a_variable_and_an_option_of_the_same_name()
    {
        Assert.Equal("DEFENDER_AGENT_ROOT_CA", Settings.RootCa.EnvironmentVariable);
        Assert.Equal(Settings.All.Length, Settings.All.Select(setting => setting.EnvironmentVariable).Distinct().Count());
        Assert.Equal(Settings.All.Length, Settings.All.Select(setting => setting.Path).Distinct().Count());
    }

    [Fact]
    public void Every_default_is_a_value_that_is_allowed()
    {
        foreach (Setting setting in Settings.All.Where(setting => setting.Default is not null))
            Assert.True(setting.TryParse(setting.Default!, out _, out string? error), $"{setting.Path}: {error}");
    }

    [Fact]
    public void A_list_is_separated_by_commas_outside_of_files()
    {
        using Loaded loaded = new("""{"device-defender":{"interfaces":["eth0"]}}""", "--interfaces eth*,wlan0");

        Assert.Equal(["eth*", "wlan0"], loaded.Configuration.Items(Settings.Interfaces));
    }

    [Fact]
    public void Paths_are_resolved_as_the_Device_Client_does()
    {
        string home = Environment.GetEnvironmentVariable("HOME")!;

        using Loaded loaded = new("""{"cert":"~/certs/device.crt","key":"${HOME}/certs/../device.key","root-ca":"ca.crt"}""");

        Assert.Empty(loaded.Messages);
        Assert.Equal($"{home}/certs/device.crt", loaded.Configuration.Text(Settings.Certificate));
        Assert.Equal($"{home}/device.key", loaded.Configuration.Text(Settings.Key));
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "ca.crt"), loaded.Configuration.Text(Settings.RootCa));
    }

    [Fact]
    public void Variables_of_other_programs_are_not_looked_at()
    {
        using Loaded loaded = new(null, "", ("PATH", "/bin"), ("DEFENDER", "x"), ("DEFENDER_AGENT_CONFIG", "/etc/agent.json"));

        Assert.Empty(loaded.Messages);
    }

    private static (string Text, string Source) Of(Loaded loaded, Setting setting)
    {
        SettingValue value = loaded.Configuration.Find(setting)!;
        return (value.Text, value.Source);
    }
}
