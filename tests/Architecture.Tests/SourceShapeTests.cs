using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Defender.Tests;
using Xunit;

namespace Defender.Architecture.Tests;

public sealed partial class SourceShapeTests
{
    private const int MaxLines = 400;

    // Has the names of what it stands in for.
    private static readonly string[] StandIns = ["hardware/Virtual/Nano/Defender.Hardware.Virtual.Nano.csproj"];

    [Fact]
    public void No_source_file_outgrows_the_ceiling()
    {
        string[] sources = [.. SourceTree.FilesBelow(".", "*.cs")];

        Assert.True(sources.Length > 30, "the sources were not found");
        string[] tooLong = [.. sources.Where(path => SourceTree.Read(path).Count(c => c == '\n') > MaxLines)];
        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_namespace_is_the_folder_it_lies_in()
    {
        // The firmware's project for the device: its sources lie beside it, and nothing of .NET does.
        string[] projects = [.. SourceTree.FilesBelow(".", "*.csproj"), "agent/Firmware/Defender.Agent.Firmware.nfproj"];
        foreach (string project in projects.Except(StandIns))
        {
            string folder = Path.GetDirectoryName(project)!;
            string root = Path.GetFileNameWithoutExtension(project);
            string[] inner = [.. projects.Select(other => Path.GetDirectoryName(other)!).Where(other => other.StartsWith(folder + "/", StringComparison.Ordinal))];
            string[] misplaced = [.. SourceTree.FilesBelow(folder, "*.cs")
                .Where(path => !inner.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal)))
                .Where(path => NamespaceOf(path) is { } found && found != Expected(root, folder, path))];
            Assert.Empty(misplaced);
        }
    }

    [Fact]
    public void What_a_test_class_cleans_up_is_cleaned_up()
    {
        string[] classes = [.. SourceTree.FilesBelow("tests", "*Tests.cs").SelectMany(path => TestClass().Matches(SourceTree.Read(path)).Select(match => match.Value))];

        Assert.Contains(classes, declaration => declaration.Contains(" IAsyncLifetime", StringComparison.Ordinal));
        // xunit 2 disposes of IDisposable and of IAsyncLifetime.
        Assert.DoesNotContain(classes, declaration => declaration.Contains(" IAsyncDisposable", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_of_other_people_is_carried()
    {
        Assert.Empty(SourceTree.FilesBelow(".", "iot-detect-model.json"));
        Assert.Empty(SourceTree.FilesBelow(".", "nano-api-v1.txt"));
        Assert.False(Directory.Exists(RepositoryFiles.Contract("guide")));
    }

    [Fact]
    public void The_top_level_is_the_one_of_the_design()
    {
        string[] allowed = [".git", ".ci", "agent", "docs", "evaluator", "hardware", "samples", "tests", "TestResults", "packages"];

        Assert.Empty(Directory.EnumerateDirectories(RepositoryFiles.Root).Select(Path.GetFileName).Except(allowed));
    }

    [Fact]
    public void Each_deviation_stands_in_the_code_and_in_the_table()
    {
        string[] code = [.. new[] { "agent", "evaluator" }
            .SelectMany(folder => SourceTree.FilesBelow(folder, "*.cs"))
            .SelectMany(path => DeviationId().Matches(SourceTree.Read(path)).Select(match => match.Value))
            .Distinct().Order()];
        string[] table = [.. DeviationId().Matches(SourceTree.Read("docs/deviations.md")).Select(match => match.Value).Order()];

        Assert.NotEmpty(code);
        Assert.Equal(code, table);
    }

    private static string Expected(string root, string folder, string path)
    {
        string inner = Path.GetRelativePath(folder, Path.GetDirectoryName(path)!);
        return inner == "." ? root : $"{root}.{inner.Replace('/', '.')}";
    }

    // Null for files of top-level statements, which lie in no namespace.
    private static string? NamespaceOf(string path)
    {
        Match match = NamespaceLine().Match(SourceTree.Read(path));
        return match.Success ? match.Groups[1].Value : null;
    }

    [GeneratedRegex(@"DEV-\d{2}")]
    private static partial Regex DeviationId();

    [GeneratedRegex(@"^public [^\r\n]*class \w+Tests\b[^{]*", RegexOptions.Multiline)]
    private static partial Regex TestClass();

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
