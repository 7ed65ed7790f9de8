using System;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>Members of the wrong JSON type: a message of rule P00, and no second message about the same member.</summary>
public sealed class ProfileTypeConfusionTests
{
    [Theory]
    [InlineData("3", "the document should be an object")]
    [InlineData("[]", "the document should be an object")]
    [InlineData("null", "the document should be an object")]
    [InlineData("""{"securityProfileName":7}""", "securityProfileName should be a string")]
    [InlineData("""{"securityProfileName":"x","securityProfileDescription":["a"]}""", "securityProfileDescription should be a string")]
    [InlineData("""{"securityProfileName":"x","behaviors":{"name":"b"}}""", "behaviors should be a list")]
    [InlineData("""{"securityProfileName":"x","behaviors":["b",null,[]]}""", "behavior should be an object; behavior should be an object; behavior should be an object")]
    [InlineData("""{"securityProfileName":"x","alertTargets":["SNS"]}""", "alertTargets should be an object")]
    [InlineData("""{"securityProfileName":"x","alertTargets":{"SNS":"arn:aws:sns:us-east-1:1:t"}}""", "SNS should be an object")]
    [InlineData("""{"securityProfileName":"x","alertTargets":{"SNS":{"alertTargetArn":1,"roleArn":true}}}""", "alertTargetArn should be a string; roleArn should be a string")]
    [InlineData("""{"securityProfileName":"x","additionalMetricsToRetain":"aws:all-bytes-in"}""", "additionalMetricsToRetain should be a list")]
    [InlineData("""{"securityProfileName":"x","additionalMetricsToRetain":[{"metric":"aws:all-bytes-in"}]}""", "metric should be a string")]
    [InlineData("""{"securityProfileName":"x","additionalMetricsToRetainV2":["aws:all-bytes-in"]}""", "metricToRetain should be an object")]
    [InlineData("""{"securityProfileName":"x","additionalMetricsToRetainV2":[{"metric":"aws:all-bytes-in","exportMetric":1}]}""", "exportMetric should be true or false")]
    [InlineData("""{"securityProfileName":"x","tags":{"a":"b"}}""", "tags should be a list")]
    [InlineData("""{"securityProfileName":"x","tags":[["a","b"]]}""", "tag should be an object")]
    [InlineData("""{"securityProfileName":"x","tags":[{"Key":"a","Value":1}]}""", "Value should be a string")]
    [InlineData("""{"securityProfileName":"x","metricsExportConfig":"topic"}""", "metricsExportConfig should be an object")]
    [InlineData("""{"securityProfileName":"x","metricsExportConfig":{"mqttTopic":1,"roleArn":2}}""", "mqttTopic should be a string; roleArn should be a string")]
    public void Around_the_behaviors(string json, string messages) => AssertErrors(json, messages);

    [Theory]
    [InlineData("""{"name":1,"metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Behavior  is malformed. name should be a string")]
    [InlineData("""{"name":"b","metric":["aws:num-disconnects"],"criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}}}""", "Behavior b is malformed. metric should be a string")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":[]}""", "Behavior b is malformed. criteria should be an object")]
    [InlineData("""{"name":"b","metric":"aws:num-messages-sent","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}},"metricDimension":"TelemetryTopics"}""", "Behavior b is malformed. metricDimension should be an object")]
    [InlineData("""{"name":"b","metric":"aws:num-messages-sent","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}},"metricDimension":{"dimensionName":1,"operator":2}}""", "Behavior b is malformed. dimensionName should be a string; Behavior b is malformed. operator should be a string")]
    [InlineData("""{"name":"b","metric":"aws:num-disconnects","criteria":{"mlDetectionConfig":{"confidenceLevel":"LOW"}},"suppressAlerts":"true","exportMetric":0}""", "Behavior b is malformed. suppressAlerts should be true or false; Behavior b is malformed. exportMetric should be true or false")]
    public void In_a_behavior(string behavior, string messages) => AssertErrors(Documents.WithBehavior(behavior), messages);

    [Theory]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","value":3,"durationSeconds":300}""", "value should be an object")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":1,"value":{"count":3},"durationSeconds":300}""", "comparisonOperator should be a string")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","value":{"count":"3"},"durationSeconds":300}""", "count should be a number")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","value":{"count":3},"durationSeconds":"300"}""", "durationSeconds should be a number")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","value":{"count":3},"durationSeconds":300,"consecutiveDatapointsToAlarm":true}""", "consecutiveDatapointsToAlarm should be a number")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","statisticalThreshold":"p90","durationSeconds":300}""", "statisticalThreshold should be an object")]
    [InlineData("aws:num-disconnects", """{"comparisonOperator":"less-than","statisticalThreshold":{"statistic":90},"durationSeconds":300}""", "statistic should be a string")]
    [InlineData("aws:num-disconnects", """{"mlDetectionConfig":"LOW"}""", "mlDetectionConfig should be an object")]
    [InlineData("aws:num-disconnects", """{"mlDetectionConfig":{"confidenceLevel":1}}""", "confidenceLevel should be a string")]
    [InlineData("aws:listening-tcp-ports", """{"comparisonOperator":"in-port-set","value":{"ports":22}}""", "ports should be a list")]
    [InlineData("aws:listening-tcp-ports", """{"comparisonOperator":"in-port-set","value":{"ports":["22"]}}""", "port should be a number")]
    [InlineData("aws:source-ip-address", """{"comparisonOperator":"in-cidr-set","value":{"cidrs":[null]}}""", "cidr should be a string")]
    [InlineData("cellSignal", """{"comparisonOperator":"less-than","value":{"number":"-71"}}""", "number should be a number")]
    [InlineData("openFiles", """{"comparisonOperator":"in-set","value":{"numbers":[{}]}}""", "number should be a number")]
    [InlineData("runningServices", """{"comparisonOperator":"in-set","value":{"strings":[1]}}""", "string should be a string")]
    public void In_criteria(string metric, string criteria, string message) =>
        AssertErrors(Documents.WithCriteria(metric, criteria), "Behavior b is malformed. " + message);

    private static void AssertErrors(string json, string messages)
    {
        ImmutableArray<ProfileError> errors = Documents.Errors(json);
        Assert.Equal(messages, ProfileError.Join(errors));
        Assert.All(errors, error => Assert.Equal(ProfileRule.P00, error.Rule));
        Assert.All(errors, error => Assert.Equal(error.Path.StartsWith("behaviors", StringComparison.Ordinal), error.ReportedByValidation));
        Assert.Equal(errors.Length, errors.Select(error => error.Path).Distinct().Count());
    }
}
