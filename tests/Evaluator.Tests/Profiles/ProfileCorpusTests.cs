using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>Every document of the contract's corpus, row by row.</summary>
public sealed class ProfileCorpusTests
{
    private static readonly ProfileDefinitions Definitions = ProfileCorpus.Definitions;

    public static TheoryData<string> ValidFiles => [.. ProfileCorpus.Rows(ProfileCorpus.Valid).Select(row => row["file"])];

    public static TheoryData<string> InvalidFiles => [.. ProfileCorpus.Rows(ProfileCorpus.Invalid).Select(row => row["file"])];

    [Theory]
    [MemberData(nameof(ValidFiles))]
    public void A_valid_document_is_read_and_written_back(string file) => AssertValid(ProfileCorpus.Valid, file);

    [Theory]
    [MemberData(nameof(InvalidFiles))]
    public void An_invalid_document_gets_the_message_of_the_index(string file) =>
        AssertInvalid(ProfileCorpus.Invalid, ProfileCorpus.Rows(ProfileCorpus.Invalid).Single(row => row["file"] == file));

    [Fact]
    public void The_index_lists_every_file_and_covers_every_rule()
    {
        foreach (string folder in new[] { ProfileCorpus.Valid, ProfileCorpus.Invalid })
        {
            IEnumerable<string?> files = Directory.GetFiles(folder, "*.json").Select(Path.GetFileName);
            Assert.Equal(files.Order(), ProfileCorpus.Rows(folder).Select(row => row["file"]).Order());
        }

        IEnumerable<string> rules = ProfileCorpus.Rows(ProfileCorpus.Invalid).Select(row => row["rule"]).Distinct().Order();
        Assert.Equal(Enumerable.Range(1, 19).Select(number => $"P{number:00}"), rules);
    }

    [SharedFact("contract/guide")]
    public void The_documents_of_the_guides_read_as_their_index_says()
    {
        string valid = RepositoryFiles.Shared("contract", "guide", "profiles", "valid");
        foreach (var row in ProfileCorpus.Rows(valid))
            AssertValid(valid, row["file"]);
        string invalid = RepositoryFiles.Shared("contract", "guide", "profiles", "invalid");
        foreach (var row in ProfileCorpus.Rows(invalid))
            AssertInvalid(invalid, row);
    }

    private static void AssertValid(string folder, string file)
    {
        byte[] json = ProfileCorpus.Read(folder, file);
        bool isRead = ProfileReader.TryRead(json, Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors);
        Assert.True(isRead, $"{file}: {ProfileError.Join(errors)}");
        Assert.Empty(errors);

        byte[] written = ProfileWriter.ToUtf8Json(profile!);
        Assert.True(ProfileReader.TryRead(written, Definitions, out SecurityProfile? again, out errors), ProfileError.Join(errors));
        Assert.Equal(profile, again);

        JsonObject expected = CanonicalForm(JsonNode.Parse(json)!);
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(written)), $"{file}: expected {expected}, wrote {JsonNode.Parse(written)}");
    }

    private static void AssertInvalid(string folder, IReadOnlyDictionary<string, string> row)
    {
        byte[] json = ProfileCorpus.Read(folder, row["file"]);
        bool isRead = ProfileReader.TryRead(json, Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors);
        Assert.False(isRead);
        Assert.Null(profile);
        Assert.Equal(row["message"], ProfileError.Join(errors));
        ProfileError error = Assert.Single(errors);
        Assert.Equal(row["rule"], error.Rule.ToString());
        Assert.Equal(row["validate_valid"] == "false", error.ReportedByValidation);

        // The operation that sees the behaviors alone.
        using JsonDocument document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("behaviors", out JsonElement behaviors))
            behaviors = JsonElement.Parse("[]");
        bool areValid = ProfileReader.TryReadBehaviors(behaviors, Definitions, out _, out ImmutableArray<ProfileError> behaviorErrors);
        Assert.Equal(row["validate_valid"] == "true", areValid);
        Assert.Equal(areValid ? "" : row["message"], ProfileError.Join(behaviorErrors));
    }

    // The writer says what the document may leave to defaults, and leaves out what says nothing.
    private static JsonObject CanonicalForm(JsonNode profile)
    {
        JsonObject root = profile.AsObject();
        foreach (JsonObject behavior in root["behaviors"]?.AsArray().Select(node => node!.AsObject()) ?? [])
        {
            JsonObject criteria = behavior["criteria"]!.AsObject();
            criteria.TryAdd("consecutiveDatapointsToAlarm", 1);
            criteria.TryAdd("consecutiveDatapointsToClear", 1);
            bool isNumber = Definitions.Metrics.TryGet((string)behavior["metric"]!, out var metric)
                && metric.Kind == MetricValueKind.Number;
            if (isNumber && criteria["value"] is JsonObject value && value.Remove("count", out JsonNode? count))
                value.Add("number", count);
            Defaults(behavior);
        }

        if (root.Remove("additionalMetricsToRetain", out JsonNode? names))
            root["additionalMetricsToRetainV2"] = new JsonArray([.. names!.AsArray().Select(name => new JsonObject { ["metric"] = (string)name! })]);
        foreach (JsonObject retained in root["additionalMetricsToRetainV2"]?.AsArray().Select(node => node!.AsObject()) ?? [])
            Defaults(retained);
        return root;

        static void Defaults(JsonObject owner)
        {
            (owner["metricDimension"] as JsonObject)?.TryAdd("operator", "IN");
            foreach (string flag in new[] { "suppressAlerts", "exportMetric" })
            {
                if (owner[flag]?.GetValueKind() == JsonValueKind.False)
                    owner.Remove(flag);
            }
        }
    }
}
