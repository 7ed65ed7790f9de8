using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>profile check</c>, over the contract's corpus and beside it.</summary>
public sealed class ProfileCheckTests
{
    private static readonly string Definitions = RepositoryFiles.Contract("profiles", "definitions.json");

    [Fact]
    public void Every_valid_profile_of_the_contract_is_valid()
    {
        string[] files = [.. CorpusIndex.Rows("profiles", "valid").Select(row => RepositoryFiles.Contract("profiles", "valid", row["file"]))];

        Verb check = Verb.Run(["profile", "check", .. files, "--definitions", Definitions]);

        Assert.Equal((0, ""), (check.Status, check.Errors));
        Assert.True(files.Length > 100);
        Assert.Equal(files, check.Documents.Select(document => document.GetProperty("file").GetString()));
        Assert.All(check.Documents, document =>
        {
            Assert.True(document.GetProperty("valid").GetBoolean());
            Assert.Equal(0, document.GetProperty("validationErrors").GetArrayLength());
        });
    }

    [Fact]
    public void Every_invalid_profile_of_the_contract_gets_its_message_and_rule()
    {
        IReadOnlyDictionary<string, string>[] rows = CorpusIndex.Rows("profiles", "invalid");

        Verb check = Verb.Run(
            ["profile", "check", .. rows.Select(row => RepositoryFiles.Contract("profiles", "invalid", row["file"])), "--definitions", Definitions]);

        Assert.Equal((3, ""), (check.Status, check.Errors));
        Assert.True(rows.Length > 100);
        foreach ((IReadOnlyDictionary<string, string> row, JsonElement document) in rows.Zip(check.Documents, (row, document) => (row, document)))
        {
            Assert.False(document.GetProperty("valid").GetBoolean());
            JsonElement[] errors = [.. document.GetProperty("validationErrors").EnumerateArray()];
            Assert.Equal(row["message"], string.Join("; ", errors.Select(error => error.GetProperty("errorMessage").GetString())));
            Assert.All(errors, error => Assert.Equal(row["rule"], error.GetProperty("rule").GetString()));
            Assert.All(errors, error => Assert.Equal(["errorMessage", "path", "rule", "hint"], error.EnumerateObject().Select(member => member.Name)));
        }
    }

    [Fact]
    public void A_mistake_has_its_place_and_a_hint_where_there_is_a_guess()
    {
        using var folder = new Folder();
        string file = folder.Write("p.json",
            """{"securityProfileName":"p","behaviors":[{"name":"a","metric":"aws:listening-tcp-port","criteria":{"comparisonOperator":"in-port-set","value":{"ports":[1]}}}]}""");

        JsonElement error = Verb.Run("profile", "check", file).Documents[0].GetProperty("validationErrors")[0];

        Assert.Equal("behaviors[0].metric", error.GetProperty("path").GetString());
        Assert.Equal("P04", error.GetProperty("rule").GetString());
        Assert.Contains("aws:listening-tcp-ports", error.GetProperty("hint").GetString());
    }

    [Fact]
    public void Without_definitions_custom_metrics_are_unknown()
    {
        using var folder = new Folder();
        string file = folder.Write("p.json",
            """{"securityProfileName":"p","behaviors":[{"name":"a","metric":"cpu_usage","criteria":{"comparisonOperator":"less-than","value":{"number":1}}}]}""");

        Assert.Equal(3, Verb.Run("profile", "check", file).Status);
        Assert.Equal(0, Verb.Run("profile", "check", file, "--definitions", Definitions).Status);
    }

    [Fact]
    public void A_file_that_cannot_be_read_gives_2_and_the_others_are_checked()
    {
        using var folder = new Folder();
        string valid = folder.Write("p.json", """{"securityProfileName":"p"}""");
        string invalid = folder.Write("q.json", "{}");

        Verb check = Verb.Run("profile", "check", Path.Combine(folder.Root, "none.json"), invalid, valid, folder.Root);

        Assert.Equal(2, check.Status);
        Assert.Equal([invalid, valid], check.Documents.Select(document => document.GetProperty("file").GetString()));
        Assert.Contains("none.json", check.Errors, System.StringComparison.Ordinal);
        Assert.Contains("it is a directory", check.Errors, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Definitions_with_mistakes_give_2()
    {
        using var folder = new Folder();
        string profile = folder.Write("p.json", """{"securityProfileName":"p"}""");

        Verb check = Verb.Run("profile", "check", profile, "--definitions", folder.Write("d.json", """{"customMetrics":[{"metricName":"a b","metricType":"number"}]}"""));

        Assert.Equal((2, ""), (check.Status, check.Output));
        Assert.Contains("d.json: metricName", check.Errors, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_beyond_the_limit_is_invalid()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("profile", "check", folder.Write("p.json", new string(' ', 3 << 20)));

        Assert.Equal(3, check.Status);
        Assert.Contains("at most 1048576 bytes", check.Output, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_goes_away_ends_the_verb_quietly()
    {
        using var folder = new Folder();
        string file = folder.Write("p.json", """{"securityProfileName":"p"}""");
        using var output = new ClosedWriter();
        using var errors = new StringWriter();

        Assert.Equal(0, Verb.Run(output, errors, "profile", "check", file, file, file, Path.Combine(folder.Root, "none.json")));
        Assert.Equal((1, ""), (output.Lines, errors.ToString()));
    }
}
