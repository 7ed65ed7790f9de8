using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Metrics;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Configuration;

/// <summary>The tables of docs/agent.md are those of the code. <c>DEFENDER_RECORD=1</c> writes them anew.</summary>
public sealed class DocumentationTests
{
    private static readonly string Page = Path.Combine(RepositoryFiles.Root, "docs", "agent.md");

    [Fact]
    public void The_table_of_settings_has_each_of_them() => Check("| key in the file | option | values | default | |", Settings.All.Select(Row));

    [Fact]
    public void The_table_of_custom_metrics_has_each_of_them() => Check("| name | type | unit | |", BuiltInMetrics.All.Select(Row));

    [Fact]
    public void Sections_that_are_left_alone_are_named()
    {
        string page = File.ReadAllText(Page);

        Assert.All(Settings.DeviceClientSections, section => Assert.Contains($"`{section}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Each_configuration_that_is_shown_can_be_used(string json)
    {
        using Loaded loaded = new(json);
        List<ConfigurationMistake> mistakes = [];
        AgentPlan.ForDelivery(loaded.Configuration, once: false, mistakes);

        Assert.Empty(loaded.Messages);
        Assert.DoesNotContain(mistakes, mistake => !mistake.Message.Contains("is missing", StringComparison.Ordinal));
    }

    public static TheoryData<string> Examples() => [.. File.ReadAllText(Page).Split("```json\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];

    private static string Row(Setting setting)
    {
        string values = setting.Range.Length > 0 ? setting.Range : setting.Kind switch
        {
            SettingKind.Path => "path",
            SettingKind.List => "list of texts",
            _ => "text",
        };
        string key = setting.OtherPath is { } other ? $"`{setting.Path}`, `{other}`" : $"`{setting.Path}`";
        string option = setting.IsSecret ? $"`{setting.EnvironmentVariable}`" : $"`{setting.Option}`";
        return $"| {key} | {option} | {values} | {setting.Default ?? ""} | {setting.Help.Replace("|", "\\|", StringComparison.Ordinal)} |";
    }

    private static string Row(BuiltInMetric metric) =>
        $"| `{metric.Name}` | {CustomMetricTypes.Name(metric.Type)} | {metric.Unit} | {metric.Meaning}{(metric.NeedsWholeProc ? " (1)" : "")}{(metric.NeedsOtherProcesses ? " (2)" : "")} |";

    private static void Check(string header, IEnumerable<string> expected)
    {
        List<string> lines = [.. File.ReadAllLines(Page)];
        int first = lines.IndexOf(header) + 2;
        Assert.True(first > 1, $"the page has no table '{header}'");
        int count = lines.Skip(first).TakeWhile(line => line.StartsWith('|')).Count();
        if (Environment.GetEnvironmentVariable("DEFENDER_RECORD") == "1")
        {
            lines.RemoveRange(first, count);
            lines.InsertRange(first, expected);
            File.WriteAllText(Page, string.Join('\n', lines) + "\n");
            return;
        }

        Assert.Equal(expected, lines.Skip(first).Take(count));
    }
}
