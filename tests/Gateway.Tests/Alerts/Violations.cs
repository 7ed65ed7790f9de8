using System;
using System.Text;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

/// <summary>Violation events as the judge makes them.</summary>
internal static class Violations
{
    /// <summary>Stands in front of a sink in most tests.</summary>
    public const string TopicArn = "arn:aws:sns:us-east-1:123456789012:ops";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_400_000);

    /// <summary>The violation of CONTRACT d's sample, or one like it.</summary>
    public static ViolationEvent Make(
        string violationId = "0f343edc53f98a1e0b3f74e56f5a7e01",
        ViolationEventType type = ViolationEventType.InAlarm,
        string profile = "Pumps",
        bool isSuppressed = false,
        TimeSpan after = default) =>
        new(violationId, "pump-17", profile, Behavior(isSuppressed), type, Time + after) { MetricValue = MetricValue.OfCount(54) };

    private static Behavior Behavior(bool isSuppressed)
    {
        string json = $$"""
            {"securityProfileName": "Pumps", "behaviors": [{"name": "few-disconnects", "metric": "aws:num-disconnects", "criteria": {
              "comparisonOperator": "less-than", "value": {"count": 10}, "durationSeconds": 300,
              "consecutiveDatapointsToAlarm": 1, "consecutiveDatapointsToClear": 1}, "suppressAlerts": {{(isSuppressed ? "true" : "false")}}}]}
            """;
        Assert.True(ProfileReader.TryRead(Encoding.UTF8.GetBytes(json), ProfileDefinitions.BuiltIn, out SecurityProfile? profile, out _));
        return profile.Behaviors[0];
    }
}
