using System;
using System.Globalization;
using System.Linq;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads where a profile sends things: violations to alert targets (P15), metric values to a topic (P16).</summary>
internal static class DestinationReader
{
    private const int MinRoleArnLength = 20;
    private const int MaxRoleArnLength = 2048;
    private const int MaxTopicLength = 512;

    /// <summary>P15: a map from the type of a target to the target; AWS has the type SNS only. Null when not given or wrong.</summary>
    public static AlertTarget? ReadAlertTargets(DocumentNode node)
    {
        const string type = "SNS";
        if (!node.IsGiven || !node.IsObject("alertTargets"))
            return null;
        foreach (string name in node.MemberNames().Where(name => name != type))
        {
            if (node.Scope.Errors.IsFull)
                break;
            node.Report(
                ProfileRule.P15,
                $"alert target type {Quote.Of(name)} should be one of [{type}]",
                NearestName.DidYouMean(name, [type]));
        }

        DocumentNode target = node.Member(type);
        if (!target.IsGiven || !target.IsObject(type))
            return null;
        string? topic = target.StringOrEmpty("alertTargetArn");
        if (topic is not null && !IsArn(topic, "sns", ""))
        {
            string? hint = target.MisspeltMember("alertTargetArn");
            target.Member("alertTargetArn").Report(ProfileRule.P15, "alertTargetArn should be the ARN of an SNS topic", hint);
        }

        string? role = target.StringOrEmpty("roleArn");
        if (role is not null && !(IsRoleArnLength(role) && IsArn(role, "iam", "role/")))
            target.Member("roleArn").Report(ProfileRule.P15, "roleArn should be the ARN of a role", target.MisspeltMember("roleArn"));
        return topic is null || role is null ? null : new AlertTarget(topic, role);
    }

    /// <summary>P16: where metric values are exported to; null when not given or wrong, which is reported.</summary>
    public static MetricsExportConfig? ReadExportConfig(DocumentNode node)
    {
        if (!node.IsGiven || !node.IsObject("metricsExportConfig"))
            return null;
        string? topic = node.StringOrEmpty("mqttTopic");
        if (topic is not null && !IsTopic(topic))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture, $"mqttTopic should have 1 to {MaxTopicLength} characters and no wildcard");
            node.Member("mqttTopic").Report(ProfileRule.P16, message, node.MisspeltMember("mqttTopic"));
        }

        string? role = node.StringOrEmpty("roleArn");
        if (role is not null && !IsRoleArnLength(role))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture, $"roleArn should have {MinRoleArnLength} to {MaxRoleArnLength} characters");
            node.Member("roleArn").Report(ProfileRule.P16, message, node.MisspeltMember("roleArn"));
        }

        return topic is null || role is null ? null : new MetricsExportConfig(topic, role);
    }

    // MQTT: a topic to publish to has no wildcards and no U+0000.
    private static bool IsTopic(string topic) =>
        Characters.Count(topic) is >= 1 and <= MaxTopicLength && !topic.AsSpan().ContainsAny('+', '#', '\0');

    private static bool IsRoleArnLength(string arn) => Characters.Count(arn) is >= MinRoleArnLength and <= MaxRoleArnLength;

    /// <summary>Whether a text is <c>arn:aws…:service:region:account:resource</c>; the region may be empty, as IAM's is.</summary>
    private static bool IsArn(string text, string service, string resourcePrefix)
    {
        string[] parts = text.Split(':', 6);
        return parts.Length == 6
            && parts[0] == "arn"
            && parts[1].StartsWith("aws", StringComparison.Ordinal)
            && parts[2] == service
            && parts[4].Length > 0
            && parts[5].Length > resourcePrefix.Length
            && parts[5].StartsWith(resourcePrefix, StringComparison.Ordinal);
    }
}
