using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Tests;

namespace Defender.Architecture.Tests;

/// <summary>The files of the repository without what builds leave behind.</summary>
internal static class SourceTree
{
    private static readonly string[] Outputs = ["bin", "obj", "node_modules", "BenchmarkDotNet.Artifacts", "TestResults", "packages"];

    /// <summary>Paths relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> FilesBelow(string folder, string pattern)
    {
        string start = Path.GetFullPath(Path.Combine(RepositoryFiles.Root, folder));
        if (!Directory.Exists(start))
            return [];
        return Directory.EnumerateFiles(start, pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(RepositoryFiles.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => Outputs.Contains(part)))
            .Order(StringComparer.Ordinal);
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));
}
