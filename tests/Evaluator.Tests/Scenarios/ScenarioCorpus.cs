using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Evaluator.Scenarios;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Scenarios;

/// <summary>The scenario files of the repository.</summary>
internal static class ScenarioCorpus
{
    private static readonly string[] Folders = ["tests/scenarios", "samples/profiles"];

    /// <summary>Paths from the repository's root.</summary>
    public static IEnumerable<string> Files => Folders
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Root, folder), "*.scenario", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path))
        .Order(StringComparer.Ordinal);

    public static string Text(string file) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, file));

    public static Scenario Read(string file)
    {
        string directory = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, file))!;
        return Parse(Text(file), (string path, out ReadOnlyMemory<byte> content, out string reason) =>
        {
            content = File.ReadAllBytes(Path.Combine(directory, path));
            reason = "";
            return true;
        });
    }

    /// <summary>A scenario that has to be right.</summary>
    public static Scenario Parse(string text, ScenarioFiles? files = null)
    {
        bool isRead = ScenarioReader.TryRead(Encoding.UTF8.GetBytes(text), files ?? NoFiles, out Scenario? scenario, out ScenarioError error);
        Assert.True(isRead, error.ToString());
        return scenario!;
    }

    /// <summary>For scenarios that name no files.</summary>
    public static bool NoFiles(string path, out ReadOnlyMemory<byte> content, out string reason)
    {
        content = default;
        reason = "there are no files";
        return false;
    }
}
