using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

public sealed class ImportCommandTests : IDisposable
{
    private const string Everything = "arn:aws:iot:eu-west-1:999988887777:all/things";

    // As the AWS CLI prints them.
    private const string Metric =
        """
        {"metricName":"battery","metricArn":"arn:aws:iot:eu-west-1:999988887777:custommetric/battery","metricType":"number",
         "displayName":"Battery","creationDate":"2024-05-01T10:00:00.123000+02:00","lastModifiedDate":"2024-05-01T10:00:00.123000+02:00"}
        """;

    private const string Dimension =
        """
        {"name":"telemetry","arn":"arn:aws:iot:eu-west-1:999988887777:dimension/telemetry","type":"TOPIC_FILTER",
         "stringValues":["telemetry/#"],"creationDate":1714550400.123,"lastModifiedDate":1714550400.123}
        """;

    private const string Profile =
        """
        {"securityProfileName":"fleet","securityProfileArn":"arn:aws:iot:eu-west-1:999988887777:securityprofile/fleet",
         "behaviors":[
            {"name":"drained","metric":"battery","criteria":{"comparisonOperator":"greater-than","value":{"number":10},"consecutiveDatapointsToAlarm":1,"consecutiveDatapointsToClear":1},"suppressAlerts":false},
            {"name":"chatty","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"telemetry","operator":"IN"},
             "criteria":{"comparisonOperator":"less-than","value":{"count":100},"durationSeconds":300}},
            {"name":"odd","metric":"aws:all-bytes-out","criteria":{"mlDetectionConfig":{"confidenceLevel":"HIGH"}}}],
         "alertTargets":{"SNS":{"alertTargetArn":"arn:aws:sns:eu-west-1:999988887777:alarms","roleArn":"arn:aws:iam::999988887777:role/alarms"}},
         "additionalMetricsToRetain":["aws:num-connection-attempts"],
         "additionalMetricsToRetainV2":[{"metric":"aws:num-connection-attempts"}],
         "metricsExportConfig":{"mqttTopic":"export","roleArn":"arn:aws:iam::999988887777:role/export"},
         "version":7,"creationDate":1714550400.123,"lastModifiedDate":1714550400.123}
        """;

    private readonly Folder _folder = new();

    private string Data => Path.Combine(_folder.Root, "data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_the_cli_prints_is_taken_over_in_whatever_order()
    {
        Verb import = Import([Write("profile", Profile), Write("dimension", Dimension), Write("metric", Metric)], "--attach", Everything);

        Assert.Equal((0, ""), (import.Status, import.Errors));
        Assert.Equal(
            [("SecurityProfile", "fleet", "created"), ("Dimension", "telemetry", "created"), ("CustomMetric", "battery", "created")],
            import.Documents.Select(line => (line.GetProperty("document").GetString(), line.GetProperty("name").GetString(), line.GetProperty("result").GetString())));
        Assert.Equal([Everything], import.Documents[0].GetProperty("attached").EnumerateArray().Select(target => target.GetString()));
        AccountState account = ReadAccount();
        ProfileResource profile = SecurityProfiles.Get(account, "fleet");
        Assert.Equal(3, profile.Profile.Behaviors.Length);
        Assert.Equal("arn:aws:sns:eu-west-1:999988887777:alarms", profile.Profile.SnsAlertTarget?.AlertTargetArn);
        Assert.Equal(["all/things"], profile.Targets);
        Assert.Equal("Battery", CustomMetrics.Get(account, "battery").DisplayName);
        Assert.Equal(["telemetry/#"], Dimensions.Get(account, "telemetry").StringValues);
    }

    [Fact]
    public void What_is_different_here_is_said()
    {
        Verb import = Import([Write("metric", Metric), Write("dimension", Dimension), Write("profile", Profile)]);

        (string Path, string Message)[] notes = [.. import.Documents[2].GetProperty("notes").EnumerateArray()
            .Select(note => (note.GetProperty("path").GetString()!, note.GetProperty("message").GetString()!))];
        Assert.Equal(
            ["alertTargets.SNS", "metricsExportConfig", "behaviors[1].metric", "behaviors[2].criteria.mlDetectionConfig", "additionalMetricsToRetainV2[0].metric"],
            notes.Select(note => note.Path));
        Assert.StartsWith("arn:aws:sns:eu-west-1:999988887777:alarms is kept as it is", notes[0].Message);
        Assert.All(import.Documents.Take(2), line => Assert.Equal(0, line.GetProperty("notes").GetArrayLength()));
    }

    [Fact]
    public void The_same_again_is_unchanged_and_what_differs_is_updated()
    {
        string[] files = [Write("metric", Metric), Write("dimension", Dimension), Write("profile", Profile)];
        Import(files);

        Assert.Equal(["unchanged", "unchanged", "unchanged"], Results(Import(files)));
        Assert.Equal(1, SecurityProfiles.Get(ReadAccount(), "fleet").Version);

        Write("metric", Metric.Replace("\"Battery\"", "\"Charge\"", StringComparison.Ordinal));
        Write("dimension", Dimension.Replace("telemetry/#", "data/#", StringComparison.Ordinal));
        Write("profile", Profile.Replace("\"number\":10", "\"number\":20", StringComparison.Ordinal));
        Assert.Equal(["updated", "updated", "updated"], Results(Import(files)));
        AccountState account = ReadAccount();
        Assert.Equal(2, SecurityProfiles.Get(account, "fleet").Version);
        Assert.Equal(("Charge", "data/#"), (CustomMetrics.Get(account, "battery").DisplayName, Dimensions.Get(account, "telemetry").StringValues[0]));
    }

    [Fact]
    public void Tags_of_a_create_document_are_taken_and_those_that_are_there_stay()
    {
        string tagged = Profile.Replace("\"version\":7", "\"tags\":[{\"Key\":\"team\",\"Value\":\"ot\"}]", StringComparison.Ordinal);
        string[] files = [Write("metric", Metric), Write("dimension", Dimension), Write("profile", Profile)];
        Import(files);

        Write("profile", tagged);
        Assert.Equal("updated", Results(Import(files))[2]);
        Assert.Equal("unchanged", Results(Import(files))[2]);
        Write("profile", Profile);
        Assert.Equal("unchanged", Results(Import(files))[2]);

        Assert.Equal("team", Assert.Single(ResourceTags.Of(ReadAccount(), "securityprofile/fleet")).Key);
    }

    [Fact]
    public void One_mistake_in_one_file_and_nothing_is_imported()
    {
        Verb import = Import([Write("metric", Metric), Write("profile", Profile.Replace("\"durationSeconds\":300", "\"durationSeconds\":301", StringComparison.Ordinal))]);

        Assert.Equal(3, import.Status);
        Assert.Equal("defender-gateway: nothing was imported: 1 of 2 files has mistakes\n", import.Errors);
        Assert.Equal([true, false], import.Documents.Select(line => line.GetProperty("valid").GetBoolean()));
        Assert.All(import.Documents, line => Assert.Equal(JsonValueKind.Null, line.GetProperty("result").ValueKind));
        JsonElement[] mistakes = [.. import.Documents[1].GetProperty("validationErrors").EnumerateArray()];
        Assert.Equal(
            [("behaviors[1].metricDimension.dimensionName", "P13"), ("behaviors[1].criteria.durationSeconds", "P09")],
            mistakes.Select(mistake => (mistake.GetProperty("path").GetString(), mistake.GetProperty("rule").GetString())).OrderByDescending(mistake => mistake.Item1));
        Assert.Equal(0, ReadAccount().CustomMetrics.Count);
    }

    [Fact]
    public void An_unknown_metric_or_dimension_is_to_be_imported_too()
    {
        JsonElement[] mistakes = [.. Import([Write("profile", Profile)]).Documents[0].GetProperty("validationErrors").EnumerateArray()];

        Assert.EndsWith("import what aws iot describe-custom-metric prints of it, too", mistakes[0].GetProperty("hint").GetString());
        Assert.EndsWith("import what aws iot describe-dimension prints of it, too", mistakes[1].GetProperty("hint").GetString());
    }

    [Theory]
    [InlineData("""{"metricName":"battery"}""", "metricType", "metricType is required")]
    [InlineData("""{"metricName":"battery","metricType":"text"}""", "metricType", "1 validation error detected: Value 'text' at 'metricType'")]
    [InlineData("""{"metricName":"a b","metricType":"number"}""", "metricName", "1 validation error detected: Value 'a b' at 'metricName'")]
    [InlineData("""{"metricName":"AWS:x","metricType":"number"}""", "", "metricName AWS:x should not start with aws:")]
    [InlineData("""{"name":"d","type":"TOPIC_FILTER","stringValues":[]}""", "stringValues", "1 validation error detected")]
    [InlineData("""{"securityProfileIdentifiers":[]}""", "", "the document describes no security profile, custom metric or dimension")]
    [InlineData("""{"securityProfileName":"\ud800"}""", "", "the document is not valid Unicode")]
    [InlineData("[]", "", "the document should be")]
    [InlineData("", "", "the document is not JSON")]
    public void A_mistake_names_its_member(string document, string path, string message)
    {
        Verb import = Import([Write("file", document)]);

        Assert.Equal(3, import.Status);
        JsonElement mistake = Assert.Single(import.Documents[0].GetProperty("validationErrors").EnumerateArray());
        Assert.Equal(path, mistake.GetProperty("path").GetString());
        Assert.StartsWith(message, mistake.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public void A_metric_does_not_change_its_type()
    {
        Import([Write("metric", Metric)]);

        Verb import = Import([Write("metric", Metric.Replace("\"number\"", "\"number-list\"", StringComparison.Ordinal))]);

        Assert.Equal(3, import.Status);
        Assert.Contains("custom metric battery is a number here: a type cannot change to number-list", import.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_resource_twice_is_a_mistake()
    {
        Verb import = Import([Write("one", Metric), Write("two", Metric)]);

        Assert.Equal([true, false], import.Documents.Select(line => line.GetProperty("valid").GetBoolean()));
        Assert.Contains("another file describes battery already", import.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_tells_the_same_and_leaves_nothing()
    {
        string[] files = [Write("metric", Metric), Write("dimension", Dimension), Write("profile", Profile)];

        Verb dry = Import(files, "--dry-run", "--attach", Everything);

        Assert.False(Directory.Exists(Data));
        Assert.Equal(dry.Output, Import(files, "--attach", Everything).Output);
        using SqliteStore running = SqliteStore.Open(Data);
        using DataDirectory taken = DataDirectory.Take(Data);
        Assert.Equal(["unchanged", "unchanged", "unchanged"], Results(Import(files, "--dry-run", "--attach", Everything)));
    }

    [Fact]
    public void Beside_a_running_gateway_it_points_to_the_api()
    {
        using DataDirectory taken = DataDirectory.Take(Data);

        StoreException error = Assert.Throws<StoreException>(() => Import([Write("metric", Metric)]));

        Assert.Equal(
            $"another gateway uses the data directory {Data}: stop it, or give the documents to its API instead, as with aws iot create-security-profile --cli-input-json file://FILE",
            error.Message);
    }

    [Theory]
    [InlineData("nonsense", "--attach: securityProfileTargetArn nonsense is not the ARN of a thing group")]
    [InlineData("arn:aws:iot:eu-west-1:999988887777:thinggroup/pumps", "--attach: thing group pumps does not exist in the gateway: create it first")]
    public void A_target_that_is_none_is_refused(string target, string message)
    {
        Verb import = Import([Write("metric", Metric), Write("dimension", Dimension), Write("profile", Profile)], "--attach", target);

        Assert.Equal((2, ""), (import.Status, import.Output));
        Assert.StartsWith($"defender-gateway: {message}", import.Errors);
        Assert.Equal(0, ReadAccount().Profiles.Count);
    }

    [Fact]
    public void A_target_without_a_profile_is_refused()
    {
        Verb import = Import([Write("metric", Metric)], "--attach", Everything);

        Assert.Equal((2, "defender-gateway: --attach attaches security profiles, and no file describes one\n"), (import.Status, import.Errors));
    }

    [Fact]
    public void A_file_that_cannot_be_read_stops_all()
    {
        Verb import = Import([Write("metric", Metric), Path.Combine(_folder.Root, "none.json")]);

        Assert.Equal((2, ""), (import.Status, import.Output));
        Assert.StartsWith($"defender-gateway: cannot read {Path.Combine(_folder.Root, "none.json")}: ", import.Errors);
        Assert.False(Directory.Exists(Data));
    }

    private Verb Import(string[] files, params string[] options) => Verb.Run(["import", .. files, .. options, "--data", Data]);

    private string Write(string name, string document) => _folder.Write($"{name}.json", document);

    private static string[] Results(Verb import) => [.. import.Documents.Select(line => line.GetProperty("result").GetString()!)];

    private AccountState ReadAccount()
    {
        using SqliteStore store = SqliteStore.OpenForReading(Data);
        return new ControlPlane(store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), TimeProvider.System).State;
    }
}
