using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Defender.Gateway.Mqtt;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary><c>--limit NAME=VALUE</c>, and the table of the limits in docs/mqtt.md.</summary>
public sealed partial class LimitNamesTests
{
    public static TheoryData<string> Names => [.. MqttLimitNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_name_sets_what_it_reads_and_nothing_else(string name)
    {
        // Twice the default lies in the range of all of them.
        long value = 2 * MqttLimitNames.Read(MqttLimits.Aws, name);

        Assert.True(MqttLimitNames.TrySet(MqttLimits.Aws, $"{name}={value}", out MqttLimits changed, out string? error), error);

        Assert.Equal(value, MqttLimitNames.Read(changed, name));
        Assert.All(MqttLimitNames.All.Where(other => other != name), other =>
            Assert.Equal(MqttLimitNames.Read(MqttLimits.Aws, other), MqttLimitNames.Read(changed, other)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_name_takes_no_number_out_of_its_range_and_says_which_it_takes(string name)
    {
        foreach (string value in new[] { "99999999999999999999", "-1", "", "1.5", " 1", "1e3", "many" })
        {
            Assert.False(MqttLimitNames.TrySet(MqttLimits.Aws, $"{name}={value}", out MqttLimits changed, out string? error));
            Assert.Equal(MqttLimits.Aws, changed);
            Assert.Matches($"^{name} takes a number of (items|bytes|seconds) from [0-9]+ to [0-9]+, not '{Regex.Escape(value)}'$", error);
        }

        Assert.True(MqttLimitNames.TrySet(MqttLimits.Aws, $"{name}={MqttLimitNames.Read(MqttLimits.Aws, name)}", out _, out _));
        Assert.True(MqttLimitNames.TrySet(MqttLimits.Spec, $"{name}={MqttLimitNames.Read(MqttLimits.Spec, name)}", out _, out _));
    }

    [Fact]
    public void The_ends_of_a_range_belong_to_it()
    {
        foreach ((string setting, bool isTaken) in new[] { ("keep-alive=5", true), ("keep-alive=4", false), ("keep-alive=65535", true), ("keep-alive=65536", false) })
            Assert.Equal(isTaken, MqttLimitNames.TrySet(MqttLimits.Aws, setting, out _, out _));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_all_names()
    {
        Assert.False(MqttLimitNames.TrySet(MqttLimits.Aws, "Payload-Bytes=2000", out _, out string? error));

        Assert.Equal($"there is no limit 'Payload-Bytes'; there are: {string.Join(", ", MqttLimitNames.All)}", error);
    }

    [Theory]
    [InlineData("payload-bytes")]
    [InlineData("")]
    public void What_is_no_pair_is_told(string setting)
    {
        Assert.False(MqttLimitNames.TrySet(MqttLimits.Aws, setting, out _, out string? error));

        Assert.Equal($"'{setting}' is not NAME=VALUE", error);
    }

    [Fact]
    public void Every_limit_has_a_name()
    {
        // MaxPacketBytes follows from others.
        int settable = typeof(MqttLimits).GetProperties().Count(property => property.CanWrite && property.SetMethod!.IsStatic is false);

        Assert.Equal(settable, MqttLimitNames.All.Count());
    }

    [Fact]
    public void The_table_of_the_documentation_is_that_of_the_code()
    {
        string document = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "mqtt.md"));
        Dictionary<string, (long Aws, long Spec)> table = Row().Matches(document).ToDictionary(
            row => row.Groups[1].Value, row => (Number(row.Groups[2].Value), Number(row.Groups[3].Value)));

        Assert.Equal(
            MqttLimitNames.All.Select(name => (name, (MqttLimitNames.Read(MqttLimits.Aws, name), MqttLimitNames.Read(MqttLimits.Spec, name)))),
            table.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value)));

        static long Number(string text) => long.Parse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }

    // | `name` | AWS's mode | spec mode | source |
    [GeneratedRegex(@"^\| `([a-z-]+)` \| ([0-9,]+) \| ([0-9,]+) \| (?:AWS|own)\b[^|]* \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
