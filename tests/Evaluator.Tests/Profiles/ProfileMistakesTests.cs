using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>What a document with mistakes is answered.</summary>
public sealed class ProfileMistakesTests
{
    [Fact]
    public void All_mistakes_are_reported_at_once_with_rule_path_and_operation()
    {
        ImmutableArray<ProfileError> errors = Documents.Errors(
            """
            {
              "securityProfileName": "my profile",
              "securityProfileDescription": "two\nlines",
              "behaviors": [
                {"name": "a b", "metric": "aws:num-reboots", "metricDimension": {"dimensionName": "Nope"},
                 "criteria": {"comparisonOperator": "less-than", "value": {"count": -1}, "durationSeconds": 60, "consecutiveDatapointsToAlarm": 11}},
                {"name": "b", "metric": "aws:listening-tcp-ports",
                 "criteria": {"comparisonOperator": "less-than", "value": {"ports": [22, 65536, -1]}, "durationSeconds": 300}},
                {"name": "b", "metric": "aws:source-ip-address",
                 "criteria": {"mlDetectionConfig": {"confidenceLevel": "SURE"}, "durationSeconds": 300, "comparisonOperator": "in-cidr-set"}}
              ],
              "alertTargets": {"SQS": {}, "SNS": {"alertTargetArn": "x", "roleArn": "y"}},
              "additionalMetricsToRetain": ["aws:nothing"],
              "additionalMetricsToRetainV2": [{"metric": "nothing"}],
              "tags": [{"Key": "aws:x"}],
              "metricsExportConfig": {"mqttTopic": "a/#", "roleArn": "short"}
            }
            """);

        string[] expected =
        [
            "P18 - securityProfileName: securityProfileName should have 1 to 128 characters of [a-zA-Z0-9:_-]",
            "P18 - securityProfileDescription: securityProfileDescription should have at most 1000 visible characters",
            "P01 V behaviors[0].name: Behavior a b is malformed. name should have 1 to 128 characters of [a-zA-Z0-9:_-]",
            "P04 V behaviors[0].metric: Behavior a b is malformed. metric aws:num-reboots is not supported",
            "P13 V behaviors[0].metricDimension.dimensionName: Behavior a b is malformed. dimension Nope does not exist",
            "P11 V behaviors[0].criteria.consecutiveDatapointsToAlarm: Behavior a b is malformed. consecutiveDatapointsToAlarm 11 should be in range[1,10]",
            "P08 V behaviors[0].criteria.value.count: Behavior a b is malformed. count should be 0 or more",
            "P09 V behaviors[0].criteria.durationSeconds: Behavior a b is malformed. durationSeconds 60 should be one of [300,600,900,1800,3600]",
            "P06 V behaviors[1].criteria.comparisonOperator: Behavior b is malformed. comparisonOperator less-than is not allowed for aws:listening-tcp-ports",
            "P08 V behaviors[1].criteria.value.ports[1]: Behavior b is malformed. port 65536 should be in range[0,65535]",
            "P08 V behaviors[1].criteria.value.ports[2]: Behavior b is malformed. port -1 should be in range[0,65535]",
            "P09 V behaviors[1].criteria.durationSeconds: Behavior b is malformed. durationSeconds is not allowed for aws:listening-tcp-ports",
            "P02 V behaviors[2].name: behavior name b is used twice",
            "P12 V behaviors[2].criteria.comparisonOperator: Behavior b is malformed. comparisonOperator is not allowed with mlDetectionConfig",
            "P12 V behaviors[2].criteria.durationSeconds: Behavior b is malformed. durationSeconds is not allowed with mlDetectionConfig",
            "P12 V behaviors[2].criteria.mlDetectionConfig: Behavior b is malformed. mlDetectionConfig is not supported for aws:source-ip-address",
            "P12 V behaviors[2].criteria.mlDetectionConfig.confidenceLevel: Behavior b is malformed. confidenceLevel SURE should be one of [LOW,MEDIUM,HIGH]",
            "P15 - alertTargets: alert target type SQS should be one of [SNS]",
            "P15 - alertTargets.SNS.alertTargetArn: alertTargetArn should be the ARN of an SNS topic",
            "P15 - alertTargets.SNS.roleArn: roleArn should be the ARN of a role",
            "P17 - additionalMetricsToRetain: additionalMetricsToRetain and additionalMetricsToRetainV2 exclude each other",
            "P04 - additionalMetricsToRetain[0]: metric aws:nothing is not supported",
            "P04 - additionalMetricsToRetainV2[0].metric: custom metric nothing does not exist",
            "P19 - tags[0]: tag key should have 1 to 128 characters, not start with aws:, value at most 256",
            "P16 - metricsExportConfig.mqttTopic: mqttTopic should have 1 to 512 characters and no wildcard",
            "P16 - metricsExportConfig.roleArn: roleArn should have 20 to 2048 characters",
        ];
        Assert.Equal(expected, errors.Select(error => $"{error.Rule} {(error.ReportedByValidation ? 'V' : '-')} {error.Path}: {error.Message}"));
        Assert.StartsWith(errors[0].Message + "; " + errors[1].Message + "; ", ProfileError.Join(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_used_three_times_is_reported_once()
    {
        string b = Documents.GoodBehavior;
        Assert.Equal("behavior name b is used twice", ProfileError.Join(Documents.Errors(Documents.WithBehavior($"{b},{b},{b}"))));
    }

    [Fact]
    public void Errors_stop_at_the_limit_and_long_values_are_cut()
    {
        string name = new('n', 5000);
        string behaviors = string.Join(',', Enumerable.Repeat($$"""{"name":"{{name}}","metric":"{{name}}","criteria":1}""", 90));
        ImmutableArray<ProfileError> errors = Documents.Errors(Documents.WithBehavior(behaviors));
        Assert.Equal(ProfileLimits.Default.MaxErrors, errors.Length);
        string shown = new string('n', 256) + "…";
        Assert.Equal($"Behavior {shown} is malformed. name should have 1 to 128 characters of [a-zA-Z0-9:_-]", errors[0].Message);
        Assert.Equal($"Behavior {shown} is malformed. custom metric {shown} does not exist", errors[1].Message);
    }

    [Fact]
    public void Control_characters_do_not_reach_a_message()
    {
        string message = Documents.Errors(Documents.WithCriteria("a\\nb\\u001b[31m", "{}"))[0].Message;
        Assert.Equal("Behavior b is malformed. custom metric a\uFFFDb\uFFFD[31m does not exist", message);
    }

    [Fact]
    public void Limits_are_the_definitions_own()
    {
        var definitions = new ProfileDefinitions(MetricCatalog.BuiltIn, [])
        {
            Limits = new ProfileLimits { MaxBehaviors = 1, MaxValueElements = 2, MaxTags = 1, MaxErrors = 3 },
        };
        string other = Documents.GoodBehavior.Replace("\"b\"", "\"c\"", StringComparison.Ordinal);
        string third = Documents.GoodBehavior.Replace("\"b\"", "\"d\"", StringComparison.Ordinal);
        string json = $$"""
            {"securityProfileName":"x","behaviors":[{{Documents.GoodBehavior}},{{other}},{{third}}],
             "tags":[{"Key":"a"},{"Key":"a"}],"metricsExportConfig":{} }
            """;
        Assert.Equal(
            "behaviors should have at most 1 members; a security profile should have at most 2 value elements; tags should have at most 1 members",
            ProfileError.Join(Documents.Errors(Encoding.UTF8.GetBytes(json), definitions)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProfileLimits { MaxErrors = 0 });
    }

    [Theory]
    [InlineData("""[{"Key":"a","Value":"1"},{"Key":"a","Value":"2"}]""", "tag key a is used twice")]
    [InlineData("""[{"Key":"a*b"}]""", "tag key should have 1 to 128 characters, not start with aws:, value at most 256")]
    [InlineData("""[{"Value":"1"}]""", "tag key should have 1 to 128 characters, not start with aws:, value at most 256")]
    public void Tags_are_checked(string tags, string message) =>
        Assert.Equal(message, ProfileError.Join(Documents.Errors($$$"""{"securityProfileName":"x","tags":{{{tags}}}}""")));

    [Theory]
    [InlineData("aws:all-bytes-out", """{"comparisonOperator":"less-than","statisticalThreshold":{},"durationSeconds":300}""", "statistic None should be one of [p0,p0.1,p0.01,p1,p10,p50,p90,p99,p99.9,p99.99,p100]")]
    [InlineData("aws:all-bytes-out", """{"comparisonOperator":"in-set","statisticalThreshold":{"statistic":"p90"},"durationSeconds":300}""", "comparisonOperator in-set is not allowed for aws:all-bytes-out")]
    [InlineData("aws:all-bytes-out", """{"comparisonOperator":"less-than","value":{"count":9223372036854775808},"durationSeconds":300}""", "count 9223372036854775808 should be in range[0,9223372036854775807]")]
    [InlineData("aws:all-bytes-out", """{"comparisonOperator":"less-than","value":{"count":1},"durationSeconds":4294967596}""", "durationSeconds 4294967596 should be one of [300,600,900,1800,3600]")]
    [InlineData("aws:disconnect-duration", """{"comparisonOperator":"less-than","value":{"count":1},"durationSeconds":300}""", "durationSeconds is not allowed for aws:disconnect-duration")]
    [InlineData("cellSignal", """{"comparisonOperator":"less-than","value":{"number":1e999}}""", "number 1e999 should be finite")]
    [InlineData("cellSignal", """{"comparisonOperator":"less-than","value":{"number":1,"count":1}}""", "value should have exactly number")]
    [InlineData("cellSignal", """{"comparisonOperator":"less-than","value":{"count":-1}}""", "count should be 0 or more")]
    [InlineData("cellSignal", """{"comparisonOperator":"less-than","statisticalThreshold":{"statistic":"p50"}}""", "durationSeconds is required with statisticalThreshold")]
    [InlineData("peers", """{"comparisonOperator":"in-cidr-set","value":{"cidrs":["0000:0000:0000:0000:0000:ffff:192.168.100.100/128"]}}""", "0000:0000:0000:0000:0000:ffff:192.168.100.100/128 is not a CIDR block")]
    public void Criteria_that_the_corpus_does_not_have(string metric, string criteria, string message) =>
        Assert.Equal($"Behavior b is malformed. {message}", ProfileError.Join(Documents.Errors(Documents.WithCriteria(metric, criteria))));

    [Fact]
    public void Validation_of_behaviors_alone_needs_a_list()
    {
        Assert.False(ProfileReader.TryReadBehaviors(default, ProfileDefinitions.BuiltIn, out _, out var errors));
        Assert.Equal("behaviors is required", Assert.Single(errors).Message);
        using JsonDocument document = JsonDocument.Parse("{}");
        Assert.False(ProfileReader.TryReadBehaviors(document.RootElement, ProfileDefinitions.BuiltIn, out _, out errors));
        Assert.Equal(new ProfileError(ProfileRule.P00, "behaviors should be a list", true, "behaviors", "Write it in brackets, also when it is only one."), Assert.Single(errors));
    }

    [Fact]
    public void Validation_of_behaviors_alone_returns_them()
    {
        using JsonDocument document = JsonDocument.Parse($"[{Documents.GoodBehavior}]");
        Assert.True(ProfileReader.TryReadBehaviors(document.RootElement, ProfileDefinitions.BuiltIn, out var behaviors, out var errors));
        Assert.Empty(errors);
        Assert.Equal(
            new Behavior("b", BuiltInMetrics.NumDisconnects, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(3), 300)),
            Assert.Single(behaviors));
    }
}
