using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>report check</c>, over the contract's corpus and beside it.</summary>
public sealed class ReportCheckTests
{
    private const string Report = """{"header":{"report_id":1,"version":"1.0"},"metrics":{}}""";

    private static readonly string CustomMetrics = RepositoryFiles.Contract("reports", "custom-metric-definitions.json");

    [Fact]
    public void Every_valid_report_of_the_contract_gives_its_datapoints()
    {
        IReadOnlyDictionary<string, string>[] rows = CorpusIndex.Rows("reports", "valid");
        JsonElement expected = JsonElement.Parse(File.ReadAllBytes(RepositoryFiles.Contract("reports", "valid", "expected-datapoints.json")));

        Verb check = Check("valid", rows);

        Assert.Equal((0, ""), (check.Status, check.Errors));
        Assert.True(rows.Length >= 80);
        foreach ((IReadOnlyDictionary<string, string> row, JsonElement document) in rows.Zip(check.Documents, (row, document) => (row, document)))
        {
            JsonElement wanted = expected.GetProperty(row["file"]);
            Assert.Equal("accepted", document.GetProperty("outcome").GetString());
            Assert.Equal(wanted.GetProperty("reportId").GetInt64(), document.GetProperty("reportId").GetInt64());
            Assert.Equal(Datapoints(wanted), Datapoints(document));
            Assert.Equal(
                wanted.GetProperty("dropped").EnumerateArray().Select(name => name.GetString()).Order(),
                document.GetProperty("dropped").EnumerateArray().Select(name => name.GetString()).Order());
            Assert.All(new[] { "errorCode", "rule", "path", "message" }, member => Assert.Equal(JsonValueKind.Null, document.GetProperty(member).ValueKind));
        }
    }

    [Fact]
    public void Every_invalid_report_of_the_contract_breaks_its_rule()
    {
        IReadOnlyDictionary<string, string>[] rows = CorpusIndex.Rows("reports", "invalid");

        Verb check = Check("invalid", rows);

        Assert.Equal((3, ""), (check.Status, check.Errors));
        Assert.True(rows.Length >= 160);
        foreach ((IReadOnlyDictionary<string, string> row, JsonElement document) in rows.Zip(check.Documents, (row, document) => (row, document)))
        {
            Assert.Equal("rejected", document.GetProperty("outcome").GetString());
            Assert.Equal((row["error_code"], row["rule"]), (document.GetProperty("errorCode").GetString(), document.GetProperty("rule").GetString()));
            Assert.Equal(row["report_id_echoed"], document.GetProperty("reportId") is { ValueKind: JsonValueKind.Number } id ? id.GetInt64().ToString(CultureInfo.InvariantCulture) : "");
            Assert.EndsWith(".", document.GetProperty("message").GetString());
            Assert.Equal("{}[]", document.GetProperty("datapoints").GetRawText() + document.GetProperty("dropped").GetRawText());
        }
    }

    [Fact]
    public void Every_line_has_the_same_members_in_the_same_order()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("report", "check", folder.Write("a.json", Report), folder.Write("b.json", "nothing"));

        Assert.All(check.Documents, document => Assert.Equal(
            ["file", "outcome", "errorCode", "rule", "path", "message", "reportId", "datapoints", "dropped", "droppedReasons"],
            document.EnumerateObject().Select(member => member.Name)));
    }

    [Theory]
    [InlineData("pump 17", null)]
    [InlineData("größe", null)]
    [InlineData("", "R19")]
    [InlineData("pump\u0007", "R19")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890", "R19")]
    public void The_name_of_the_thing_is_checked_when_it_is_given(string thing, string? rule)
    {
        using var folder = new Folder();
        string file = folder.Write("a.json", Report);

        Verb check = Verb.Run("report", "check", file, "--thing", thing);

        Assert.Equal(rule, check.Documents[0].GetProperty("rule").GetString());
        Assert.Equal(rule is null ? 0 : 3, check.Status);
        Assert.Equal(rule is null ? JsonValueKind.Number : JsonValueKind.Null, check.Documents[0].GetProperty("reportId").ValueKind);
    }

    [Fact]
    public void The_format_is_that_of_the_name_unless_it_is_given()
    {
        using var folder = new Folder();
        string json = folder.Write("a.json", Report);
        string cbor = Path.Combine(folder.Root, "b.CBOR");
        File.Copy(RepositoryFiles.Contract("reports", "valid", "agent-c-indefinite.cbor"), cbor);

        Assert.Equal(0, Verb.Run("report", "check", json, cbor).Status);
        Assert.Equal(["accepted", "R02"], OutcomeOrRule(Verb.Run("report", "check", json, cbor, "--format", "json")));
        Assert.Equal(["R17", "accepted"], OutcomeOrRule(Verb.Run("report", "check", json, cbor, "--format", "cbor")));
        Assert.NotEqual("", Verb.Run("report", "check", json, "--format", "xml").Errors);
    }

    [Fact]
    public void Of_a_payload_beyond_the_limit_no_length_is_claimed()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("report", "check", folder.Write("a.json", new string(' ', 1 << 20)));

        Assert.Equal("R01", check.Documents[0].GetProperty("rule").GetString());
        Assert.Equal("The payload has more than 131072 bytes; 1 to 131072 are allowed.", check.Documents[0].GetProperty("message").GetString());
    }

    [Fact]
    public void A_dropped_metric_says_why()
    {
        using var folder = new Folder();
        string file = folder.Write("a.json", """{"header":{"report_id":1,"version":"1.0"},"custom_metrics":{"humidity":[{"number":3}]}}""");

        JsonElement line = Verb.Run("report", "check", file).Documents[0];

        Assert.Equal("""["humidity"]""", line.GetProperty("dropped").GetRawText());
        Assert.Equal("""{"humidity":"no custom metric of this name is defined"}""", line.GetProperty("droppedReasons").GetRawText());
    }

    [Fact]
    public void A_file_that_cannot_be_read_gives_2_and_the_others_are_checked()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("report", "check", folder.Write("a.json", "nothing"), Path.Combine(folder.Root, "none.json"), folder.Write("b.json", Report));

        Assert.Equal((2, 2), (check.Status, check.Lines.Length));
        Assert.Contains("none.json", check.Errors, StringComparison.Ordinal);
    }

    private static Verb Check(string outcome, IEnumerable<IReadOnlyDictionary<string, string>> rows) =>
        Verb.Run(["report", "check", .. rows.Select(row => RepositoryFiles.Contract("reports", outcome, row["file"])), "--custom-metrics", CustomMetrics]);

    private static IEnumerable<string?> OutcomeOrRule(Verb check) =>
        check.Documents.Select(document => document.GetProperty("rule").GetString() ?? document.GetProperty("outcome").GetString());

    /// <summary>Metrics by name with their values; sets in any order, numbers whatever their spelling.</summary>
    private static SortedDictionary<string, string> Datapoints(JsonElement owner) => new(
        owner.GetProperty("datapoints").EnumerateObject().ToDictionary(datapoint => datapoint.Name, datapoint => Value(datapoint.Value)),
        StringComparer.Ordinal);

    private static string Value(JsonElement metricValue)
    {
        JsonProperty member = metricValue.EnumerateObject().Single();
        return member.Value.ValueKind == JsonValueKind.Array
            ? $"{member.Name} [{string.Join(' ', member.Value.EnumerateArray().Select(Scalar).Order(StringComparer.Ordinal))}]"
            : $"{member.Name} {Scalar(member.Value)}";
    }

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.TryGetInt64(out long whole) ? whole.ToString(CultureInfo.InvariantCulture) : value.GetDouble().ToString("R", CultureInfo.InvariantCulture)
        : value.GetString()!;
}
