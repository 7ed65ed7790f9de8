using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Evaluator.Profiles;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The contract's profile documents with what its index says about them.</summary>
internal static class ProfileCorpus
{
    public static ProfileDefinitions Definitions { get; } = ReadDefinitions();

    /// <summary>The rows of <c>index.csv</c> in a folder, by column name.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string folder)
    {
        string[] lines = File.ReadAllLines(Path.Combine(folder, "index.csv"));
        string[] columns = Fields(lines[0]);
        return [.. lines.Skip(1).Select(line => columns.Zip(Fields(line)).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    public static byte[] Read(string folder, string file) => File.ReadAllBytes(Path.Combine(folder, file));

    public static string Valid => RepositoryFiles.Contract("profiles", "valid");

    public static string Invalid => RepositoryFiles.Contract("profiles", "invalid");

    private static ProfileDefinitions ReadDefinitions()
    {
        byte[] json = File.ReadAllBytes(RepositoryFiles.Contract("profiles", "definitions.json"));
        Assert.True(ProfileDefinitions.TryRead(json, out ProfileDefinitions? definitions, out var errors), ProfileError.Join(errors));
        return definitions;
    }

    // RFC 4180 without line breaks in fields.
    private static string[] Fields(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[i++]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == ',' && !quoted)
                TakeField();
            else
                field.Append(c);
        }

        TakeField();
        return [.. fields];

        void TakeField()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
