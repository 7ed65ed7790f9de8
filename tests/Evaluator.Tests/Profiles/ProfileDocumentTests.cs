using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The document as a whole: what is JSON, what is ignored, where the name comes from.</summary>
public sealed class ProfileDocumentTests
{
    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("{", 1, 2)]
    [InlineData("{}x", 1, 3)]
    [InlineData("{} {}", 1, 4)]
    [InlineData("{\n \"securityProfileName\": x}", 2, 25)]
    [InlineData("{\"a\":1,}", 1, 8)]
    [InlineData("// c\n{}", 1, 1)]
    public void What_is_not_JSON_is_refused_with_its_place(string json, int line, int position)
    {
        ProfileError error = Assert.Single(Documents.Errors(json));
        Assert.Equal(ProfileRule.P00, error.Rule);
        Assert.Equal($"the document is not JSON of at most 32 levels: line {line}, byte {position}", error.Message);
    }

    [Fact]
    public void Depth_is_bounded_and_unknown_members_may_use_it()
    {
        Assert.Equal("x", Documents.Read(Nested(31)).Name);
        Assert.StartsWith("the document is not JSON of at most 32 levels", Documents.Errors(Nested(32))[0].Message, StringComparison.Ordinal);
        static string Nested(int levels) =>
            $$"""{"securityProfileName":"x","later":{{new string('[', levels)}}{{new string(']', levels)}} }""";
    }

    [Fact]
    public void Size_is_bounded()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"securityProfileName":"x"}""");
        ProfileDefinitions Limited(int bytes) => new(MetricCatalog.BuiltIn, []) { Limits = new ProfileLimits { MaxDocumentBytes = bytes } };
        Assert.True(ProfileReader.TryRead(json, Limited(json.Length), out _, out _));
        Assert.Equal(
            $"the document should have at most {json.Length - 1} bytes",
            Assert.Single(Documents.Errors(json, Limited(json.Length - 1))).Message);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("""{"securityProfileName":"x"}""")];
        Assert.True(ProfileReader.TryRead(json, ProfileDefinitions.BuiltIn, out _, out _));
    }

    [Theory]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":"\ud800"}""")]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":"\udc00\ud800"}""")]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":"\udc00\udc00"}""")]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":"\ud800\n"}""")]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":"\uD83D\uD83D\uDE00"}""")]
    [InlineData("""{"securityProfileName":"x","\ud800":1}""")]
    public void Lone_surrogates_are_refused_in_values_and_names(string json)
    {
        Assert.Equal("the document is not valid Unicode", Assert.Single(Documents.Errors(json)).Message);

        // The same document, parsed by somebody else.
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.False(ProfileReader.TryRead("x", document.RootElement, ProfileDefinitions.BuiltIn, out _, out var errors));
        Assert.Equal("the document is not valid Unicode", Assert.Single(errors).Message);
    }

    [Fact]
    public void Broken_UTF8_is_refused()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"securityProfileName":"x","securityProfileDescription":"?"}""");
        json[Array.IndexOf(json, (byte)'?')] = 0xFF;
        Assert.Equal("the document is not valid Unicode", Assert.Single(Documents.Errors(json, ProfileDefinitions.BuiltIn)).Message);
    }

    [Theory]
    [InlineData("""\\ud800""", """\ud800""")]
    [InlineData("""\uD83D\uDE00""", "😀")]
    [InlineData("Größe 😀", "Größe 😀")]
    public void Well_formed_escapes_and_all_scripts_are_read(string written, string description) =>
        Assert.Equal(description, Documents.Read($$"""{"securityProfileName":"x","securityProfileDescription":"{{written}}"}""").Description);

    [Fact]
    public void Characters_are_counted_not_UTF16_units()
    {
        static string Document(int length) =>
            $$"""{"securityProfileName":"x","securityProfileDescription":"{{string.Concat(Enumerable.Repeat("😀", length))}}"}""";
        Assert.Equal(2000, Documents.Read(Document(1000)).Description!.Length);
        Assert.Equal("securityProfileDescription should have at most 1000 visible characters", ProfileError.Join(Documents.Errors(Document(1001))));
    }

    [Fact]
    public void Of_members_given_twice_the_last_counts() =>
        Assert.Equal("y", Documents.Read("""{"securityProfileName":"x","securityProfileName":"y"}""").Name);

    [Fact]
    public void Null_is_not_given_and_unknown_members_are_ignored()
    {
        SecurityProfile profile = Documents.Read(
            """
            {"securityProfileName":"x","securityProfileDescription":null,"behaviors":null,"alertTargets":{"SNS":null},"tags":null,
             "additionalMetricsToRetain":null,"additionalMetricsToRetainV2":[],"metricsExportConfig":null,"SecurityProfileDescription":"no"}
            """);
        Assert.Equal(new SecurityProfile("x"), profile);
    }

    [Fact]
    public void Null_criteria_members_are_not_given()
    {
        SecurityProfile profile = Documents.Read(Documents.WithCriteria(
            "aws:num-disconnects",
            """
            {"comparisonOperator":"less-than","value":{"count":3,"ports":null},"durationSeconds":300,"consecutiveDatapointsToAlarm":null,
             "statisticalThreshold":null,"mlDetectionConfig":null}
            """));
        var expected = new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(3), 300);
        Assert.Equal(expected, profile.Behaviors.Single().Criteria);
    }

    [Fact]
    public void A_name_given_separately_wins_over_the_documents()
    {
        byte[] json = Encoding.UTF8.GetBytes("""{"securityProfileName":5,"securityProfileDescription":"d"}""");
        Assert.True(ProfileReader.TryRead("of-the-path", json, ProfileDefinitions.BuiltIn, out SecurityProfile? profile, out _));
        Assert.Equal(new SecurityProfile("of-the-path") { Description = "d" }, profile);

        Assert.False(ProfileReader.TryRead("of the path", json, ProfileDefinitions.BuiltIn, out _, out ImmutableArray<ProfileError> errors));
        Assert.Equal(ProfileRule.P18, Assert.Single(errors).Rule);
    }

    [Fact]
    public void What_DescribeSecurityProfile_returns_is_read()
    {
        SecurityProfile profile = Documents.Read(
            $$"""
            {"securityProfileName":"x","securityProfileArn":"arn:aws:iot:us-east-1:123456789012:securityprofile/x",
             "behaviors":[{{Documents.GoodBehavior}}],"additionalMetricsToRetain":[],"additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-in"}],
             "version":3,"creationDate":1700000000.123,"lastModifiedDate":"2026-01-01T00:00:00+00:00"}
            """);
        Assert.Equal("b", profile.Behaviors.Single().Name);
        Assert.Equal<MetricToRetain>([new MetricToRetain(BuiltInMetrics.AllBytesIn)], profile.AdditionalMetricsToRetain);
    }

    [Fact]
    public void Every_member_reaches_the_profile()
    {
        SecurityProfile profile = Documents.Read(
            """
            {
              "securityProfileName": "all", "securityProfileDescription": "d",
              "behaviors": [
                {"name": "f", "metric": "aws:source-ip-address", "metricDimension": {"dimensionName": "TelemetryTopics", "operator": "NOT_IN"},
                 "criteria": {"comparisonOperator": "not-in-cidr-set", "value": {"cidrs": ["10.1.2.3/8"]}, "consecutiveDatapointsToAlarm": 2,
                              "consecutiveDatapointsToClear": 3}, "suppressAlerts": true},
                {"name": "s", "metric": "cellSignal",
                 "criteria": {"comparisonOperator": "greater-than-equals", "statisticalThreshold": {"statistic": "p0.01"}, "durationSeconds": 1800}},
                {"name": "m", "metric": "aws:num-messages-sent", "metricDimension": {"dimensionName": "TelemetryTopics"},
                 "criteria": {"mlDetectionConfig": {"confidenceLevel": "MEDIUM"}}, "exportMetric": true}
              ],
              "alertTargets": {"SNS": {"alertTargetArn": "arn:aws:sns:us-east-1:123456789012:t", "roleArn": "arn:aws:iam::123456789012:role/r"}},
              "additionalMetricsToRetainV2": [{"metric": "aws:num-messages-sent", "metricDimension": {"dimensionName": "TelemetryTopics"}, "exportMetric": true}],
              "tags": [{"Key": "a", "Value": "1"}, {"Key": "b"}],
              "metricsExportConfig": {"mqttTopic": "$aws/rules/r", "roleArn": "arn:aws:iam::123456789012:role/r"}
            }
            """);

        Assert.True(ProfileCorpus.Definitions.Metrics.TryGet("cellSignal", out Metric? cellSignal));
        Assert.True(Statistic.TryParse("p0.01", out Statistic statistic));
        var inTelemetry = new MetricDimension("TelemetryTopics", DimensionValueOperator.In);
        var expected = new SecurityProfile("all")
        {
            Description = "d",
            Behaviors =
            [
                new("f", BuiltInMetrics.SourceIpAddress, new StaticCriteria(ComparisonOperator.NotInCidrSet, MetricValue.OfCidrs(["10.1.2.3/8"]), null)
                {
                    ConsecutiveDatapointsToAlarm = 2,
                    ConsecutiveDatapointsToClear = 3,
                })
                {
                    MetricDimension = new("TelemetryTopics", DimensionValueOperator.NotIn),
                    SuppressAlerts = true,
                },
                new("s", cellSignal, new StatisticalCriteria(ComparisonOperator.GreaterThanEquals, statistic, 1800)),
                new("m", BuiltInMetrics.NumMessagesSent, new ModelCriteria(ConfidenceLevel.Medium)) { MetricDimension = inTelemetry, ExportMetric = true },
            ],
            SnsAlertTarget = new("arn:aws:sns:us-east-1:123456789012:t", "arn:aws:iam::123456789012:role/r"),
            AdditionalMetricsToRetain = [new(BuiltInMetrics.NumMessagesSent) { MetricDimension = inTelemetry, ExportMetric = true }],
            Tags = [new("a", "1"), new("b", "")],
            MetricsExportConfig = new("$aws/rules/r", "arn:aws:iam::123456789012:role/r"),
        };
        Assert.Equal(expected, profile);
    }

    [Fact]
    public void Large_documents_of_any_shape_are_answered()
    {
        const int many = 40_000;
        string[] hostile =
        [
            Documents.WithBehavior(string.Join(',', Enumerable.Repeat("{}", many))),
            Documents.WithBehavior(string.Join(',', Enumerable.Repeat("""{"name":"b"}""", many))),
            Documents.WithCriteria("aws:listening-tcp-ports", $$$"""{"comparisonOperator":"in-port-set","value":{"ports":[{{{string.Join(',', Enumerable.Repeat("-1", many))}}}]}}"""),
            Documents.WithCriteria("aws:num-disconnects", $$"""{{{string.Join(',', Enumerable.Range(0, many).Select(i => $"\"value{i}\":{i}"))}}}"""),
            Documents.WithCriteria("aws:num-disconnects", $$$"""{"comparisonOperator":"less-than","value":{"count":{{{new string('9', 900_000)}}}},"durationSeconds":300}"""),
            $$$"""{"securityProfileName":"x","alertTargets":{{{{string.Join(',', Enumerable.Range(0, many).Select(i => $"\"SNS{i}\":{{}}"))}}}}}""",
            $$"""{"securityProfileName":"x","additionalMetricsToRetain":[{{string.Join(',', Enumerable.Repeat("\"aws:x\"", many))}}]}""",
            $$"""{"securityProfileName":"{{new string('n', 1_000_000)}}"}""",
        ];
        foreach (string json in hostile)
        {
            ImmutableArray<ProfileError> errors = Documents.Errors(json);
            Assert.InRange(errors.Length, 1, ProfileLimits.Default.MaxErrors);
            Assert.All(errors, error => Assert.InRange(error.Message.Length, 1, ProfileError.MaxMessageLength));
        }
    }
}
