using System.Collections.Immutable;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>What an author who misspelt something is told beside AWS's message.</summary>
public sealed class ProfileHintTests
{
    [Theory]
    [InlineData("aws:destination-ip-address", "Did you mean aws:destination-ip-addresses?")]
    [InlineData("aws:source-ip-addresses", "Did you mean aws:source-ip-address?")]
    [InlineData("NUM_DISCONNECTS", "Did you mean aws:num-disconnects?")]
    [InlineData("aws:Num-Disconnects", "Did you mean aws:num-disconnects?")]
    [InlineData("num-disconnects", "Did you mean aws:num-disconnects?")]
    [InlineData("aws:num_messages_sent", "Did you mean aws:num-messages-sent?")]
    [InlineData("aws:listening-tpc-ports", "Did you mean aws:listening-tcp-ports?")]
    [InlineData("BatteryPercentage", "Did you mean batteryPercentage?")]
    [InlineData("aws:num-reboots", null)]
    [InlineData("notDefined", null)]
    public void Metric(string metric, string? hint) => AssertHint(Documents.WithCriteria(metric, Ml), hint);

    [Theory]
    [InlineData("LESS_THAN", "Did you mean less-than?")]
    [InlineData("LessThanEquals", "Did you mean less-than-equals?")]
    [InlineData("greater-then", "Did you mean greater-than?")]
    [InlineData("equals", "aws:num-disconnects takes less-than, less-than-equals, greater-than, greater-than-equals.")]
    [InlineData("in-set", "aws:num-disconnects takes less-than, less-than-equals, greater-than, greater-than-equals.")]
    public void Operator(string name, string hint) => AssertHint(
        Documents.WithCriteria("aws:num-disconnects", $$"""{"comparisonOperator":"{{name}}","value":{"count":3},"durationSeconds":300}"""), hint);

    [Theory]
    [InlineData("P90", "Did you mean p90?")]
    [InlineData("90", "Did you mean p90?")]
    [InlineData("P99.9", "Did you mean p99.9?")]
    [InlineData("Average", "Percentiles of the fleet only: p50 is the median, p100 the largest value.")]
    [InlineData("mean", "Percentiles of the fleet only: p50 is the median, p100 the largest value.")]
    public void Statistic(string name, string hint) => AssertHint(
        Documents.WithCriteria(
            "aws:num-disconnects",
            $$$"""{"comparisonOperator":"less-than","statisticalThreshold":{"statistic":"{{{name}}}"},"durationSeconds":300}"""),
        hint);

    [Theory]
    [InlineData("high", "Did you mean HIGH?")]
    [InlineData("VERY_HIGH", null)]
    public void Confidence_level(string name, string? hint) =>
        AssertHint(Documents.WithCriteria("aws:num-disconnects", $$$"""{"mlDetectionConfig":{"confidenceLevel":"{{{name}}}"}}"""), hint);

    [Theory]
    [InlineData("TCP outbound traffic", "Write TCP-outbound-traffic: blanks and other characters are not allowed in names.")]
    [InlineData("a/b", "Write a-b: blanks and other characters are not allowed in names.")]
    [InlineData("///", null)]
    public void Behavior_name(string name, string? hint) =>
        AssertHint(Documents.WithBehavior($$"""{"name":"{{name}}","metric":"aws:num-disconnects","criteria":{{Ml}}}"""), hint);

    [Theory]
    [InlineData("\"1000-2000\"", "Ranges of ports are not supported; write each port as a number.")]
    [InlineData("\"22\"", "Write 22 without quotes.")]
    [InlineData("22.0", "Write a whole number, without fraction and exponent.")]
    [InlineData("65536", null)]
    public void Port(string port, string? hint) => AssertHint(
        Documents.WithCriteria("aws:listening-tcp-ports", $$$"""{"comparisonOperator":"in-port-set","value":{"ports":[{{{port}}}]}}"""), hint);

    [Theory]
    [InlineData("10.0.0.1-10.0.0.9", "Ranges of addresses are not supported; write networks as address/prefix, like 10.0.0.0/8.")]
    [InlineData("broker.example.com", "Host names are not supported; write addresses as address/prefix, like 192.0.2.7/32.")]
    [InlineData(" 10.0.0.0/8", "Leave out the blanks around it.")]
    [InlineData("10.0.0.0/33", null)]
    public void Cidr(string cidr, string? hint) => AssertHint(
        Documents.WithCriteria("aws:source-ip-address", $$$"""{"comparisonOperator":"in-cidr-set","value":{"cidrs":["{{{cidr}}}"]}}"""), hint);

    [Theory]
    [InlineData("""{"name":"b","Metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Member Metric is not known; the name is metric.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criterias":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Member criterias is not known; the name is criteria.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"mlDetectionConfiguration":{},"MlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Member MlDetectionConfig is not known; the name is mlDetectionConfig.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"ConfidenceLevel":"LOW"}}}""", "Member ConfidenceLevel is not known; the name is confidenceLevel.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"comparisonOperator":"less-than","value":{"counts":3},"durationSeconds":300}}""", "Member counts is not known; the name is count.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"comparisonOperator":"less-than","value":{"count":3},"duration_seconds":300}}""", "Member duration_seconds is not known; the name is durationSeconds.")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}},"suppressAlerts":"true"}""", "Write true without quotes.")]
    [InlineData("""{"name":"b","metric":"aws:num-messages-sent","metricDimension":{"dimensionName":"telemetry-topics"},"criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Did you mean TelemetryTopics?")]
    public void Member(string behavior, string hint) => AssertHint(Documents.WithBehavior(behavior), hint);

    [Theory]
    [InlineData("""{"securityProfileName":"my profile"}""", "Write my-profile: blanks and other characters are not allowed in names.")]
    [InlineData("""{"securityprofilename":"x"}""", "Member securityprofilename is not known; the name is securityProfileName.")]
    [InlineData("""{"securityProfileName":"x","alertTargets":{"sns":{}}}""", "Did you mean SNS?")]
    [InlineData("""{"securityProfileName":"x","tags":[{"key":"a","Value":"b"}]}""", "Member key is not known; the name is Key.")]
    [InlineData("""{"securityProfileName":"x","behaviors":{}}""", "Write it in brackets, also when it is only one.")]
    public void Profile_member(string json, string hint) => AssertHint(json, hint);

    private const string Ml = """{"mlDetectionConfig":{"confidenceLevel":"LOW"}}""";

    private static void AssertHint(string json, string? hint)
    {
        ImmutableArray<ProfileError> errors = Documents.Errors(json);
        Assert.Equal(hint, Assert.Single(errors).Hint);
    }
}
