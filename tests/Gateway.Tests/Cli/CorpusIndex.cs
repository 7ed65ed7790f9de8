using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Defender.Tests;

namespace Defender.Gateway.Tests.Cli;

/// <summary>The index files of the contract's corpora: fields, possibly quoted, without line breaks in them.</summary>
internal static partial class CorpusIndex
{
    /// <summary>The rows of <c>tests/contract/{corpus}/{outcome}/index.csv</c>, by column name.</summary>
    public static IReadOnlyDictionary<string, string>[] Rows(string corpus, string outcome)
    {
        string[] lines = File.ReadAllLines(RepositoryFiles.Contract(corpus, outcome, "index.csv"));
        string[] columns = Fields(lines[0]);
        return [.. lines.Skip(1).Select(line => columns.Zip(Fields(line)).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private static string[] Fields(string line) =>
        [.. Field().Matches(line).Select(match => match.Groups[1].Success ? match.Groups[1].Value.Replace("\"\"", "\"", System.StringComparison.Ordinal) : match.Groups[2].Value)];

    [GeneratedRegex("""(?<=^|,)(?:"((?:[^"]|"")*)"|([^,]*))""")]
    private static partial Regex Field();
}
