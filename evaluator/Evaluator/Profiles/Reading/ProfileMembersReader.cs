using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads the members of a profile document around its behaviors (P15 to P19).</summary>
internal static class ProfileMembersReader
{
    private const int MaxDescriptionLength = 1000;
    private const int MinRoleArnLength = 20;
    private const int MaxRoleArnLength = 2048;
    private const int MaxTopicLength = 512;
    private const int MaxTagKeyLength = 128;
    private const int MaxTagValueLength = 256;

    /// <summary>P18: the name that the document holds.</summary>
    public static string? ReadName(DocumentNode profile)
    {
        DocumentNode node = profile.Member("securityProfileName");
        if (!node.IsGiven)
            return CheckName(node, null, profile.MisspeltMember("securityProfileName"));
        return node.AsString("securityProfileName") is { } name ? CheckName(node, name) : null;
    }

    /// <summary>P18: a name, of the document or given beside it.</summary>
    public static string? CheckName(DocumentNode node, string? name, string? hint = null)
    {
        if (!ResourceName.IsValid(name))
            node.Report(ProfileRule.P18, $"securityProfileName {ResourceName.Rule}", ResourceName.Hint(name) ?? hint);
        return name;
    }

    /// <summary>P18: the description; null when not given.</summary>
    public static string? ReadDescription(DocumentNode node)
    {
        if (!node.IsGiven || node.AsString("securityProfileDescription") is not { } text)
            return null;
        if (Length(text) > MaxDescriptionLength || !text.EnumerateRunes().All(IsVisible))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture, $"securityProfileDescription should have at most {MaxDescriptionLength} visible characters");
            node.Report(ProfileRule.P18, message);
        }

        return text;
    }

    /// <summary>P15: a map from the type of a target to the target; AWS has the type SNS only.</summary>
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
        string? topic = ReadString(target, "alertTargetArn");
        if (topic is not null && !IsArn(topic, "sns", ""))
        {
            string? hint = target.MisspeltMember("alertTargetArn");
            target.Member("alertTargetArn").Report(ProfileRule.P15, "alertTargetArn should be the ARN of an SNS topic", hint);
        }

        string? role = ReadString(target, "roleArn");
        if (role is not null && !(IsRoleArnLength(role) && IsArn(role, "iam", "role/")))
            target.Member("roleArn").Report(ProfileRule.P15, "roleArn should be the ARN of a role", target.MisspeltMember("roleArn"));
        return topic is null || role is null ? null : new AlertTarget(topic, role);
    }

    /// <summary>P16.</summary>
    public static MetricsExportConfig? ReadExportConfig(DocumentNode node)
    {
        if (!node.IsGiven || !node.IsObject("metricsExportConfig"))
            return null;
        string? topic = ReadString(node, "mqttTopic");
        if (topic is not null && (Length(topic) is 0 or > MaxTopicLength || topic.AsSpan().ContainsAny('+', '#', '\0')))
            node.Member("mqttTopic").Report(
                ProfileRule.P16,
                string.Create(CultureInfo.InvariantCulture, $"mqttTopic should have 1 to {MaxTopicLength} characters and no wildcard"),
                node.MisspeltMember("mqttTopic"));
        string? role = ReadString(node, "roleArn");
        if (role is not null && !IsRoleArnLength(role))
            node.Member("roleArn").Report(
                ProfileRule.P16,
                string.Create(CultureInfo.InvariantCulture, $"roleArn should have {MinRoleArnLength} to {MaxRoleArnLength} characters"),
                node.MisspeltMember("roleArn"));
        return topic is null || role is null ? null : new MetricsExportConfig(topic, role);
    }

    /// <summary>P17, P03, P04, P13: the retained metrics, of the list of names or of the list of objects.</summary>
    public static ImmutableArray<MetricToRetain> ReadMetricsToRetain(DocumentNode profile)
    {
        const string oldForm = "additionalMetricsToRetain";
        const string newForm = "additionalMetricsToRetainV2";
        DocumentNode names = profile.Member(oldForm);
        DocumentNode objects = profile.Member(newForm);

        // An empty list says nothing: DescribeSecurityProfile may return the one that is not used as [].
        if (names.ItemCount > 0 && objects.ItemCount > 0)
            names.Report(ProfileRule.P17, $"{oldForm} and {newForm} exclude each other");

        var retained = ImmutableArray.CreateBuilder<MetricToRetain>();
        if (names.IsGiven && names.IsList(oldForm))
            retained.AddRange(ReadItems(names, MetricReferenceReader.ReadName).OfType<Metric>().Select(metric => new MetricToRetain(metric)));
        if (objects.IsGiven && objects.IsList(newForm))
            retained.AddRange(ReadItems(objects, ReadMetricToRetain).OfType<MetricToRetain>());
        return retained.ToImmutable();
    }

    /// <summary>P19.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> ReadTags(DocumentNode node)
    {
        if (!node.IsGiven || !node.IsList("tags"))
            return [];
        int maxTags = node.Scope.Definitions.Limits.MaxTags;
        if (node.ItemCount > maxTags)
            node.Report(ProfileRule.P19, string.Create(CultureInfo.InvariantCulture, $"tags should have at most {maxTags} members"));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return [.. ReadItems(node, item => ReadTag(item, keys)).OfType<KeyValuePair<string, string>>()];
    }

    private static MetricToRetain? ReadMetricToRetain(DocumentNode node)
    {
        if (!node.IsObject("metricToRetain"))
            return null;
        Metric? metric = MetricReferenceReader.ReadMetric(node);
        MetricDimension? dimension = MetricReferenceReader.ReadDimension(node, metric);
        bool exportMetric = node.Flag("exportMetric");
        return metric is null ? null : new MetricToRetain(metric) { MetricDimension = dimension, ExportMetric = exportMetric };
    }

    private static KeyValuePair<string, string>? ReadTag(DocumentNode node, HashSet<string> keys)
    {
        if (!node.IsObject("tag"))
            return null;
        string? key = ReadString(node, "Key");
        string? value = ReadString(node, "Value");
        if (key is null || value is null)
            return null;
        bool isKey = Length(key) is >= 1 and <= MaxTagKeyLength
            && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
            && key.EnumerateRunes().All(IsTagCharacter);
        if (!isKey || Length(value) > MaxTagValueLength)
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"tag key should have 1 to {MaxTagKeyLength} characters, not start with aws:, value at most {MaxTagValueLength}");
            node.Report(ProfileRule.P19, message, node.MisspeltMember("Key"));
            return null;
        }

        if (!keys.Add(key))
            node.Report(ProfileRule.P19, $"tag key {Quote.Of(key)} is used twice");
        return new(key, value);
    }

    // Stops when enough mistakes are known.
    private static IEnumerable<T> ReadItems<T>(DocumentNode list, Func<DocumentNode, T> read) =>
        list.Items().TakeWhile(_ => !list.Scope.Errors.IsFull).Select(read);

    /// <summary>A string, empty when not given: its own check then refuses it where it is required; null when it is no string.</summary>
    private static string? ReadString(DocumentNode owner, string name)
    {
        DocumentNode node = owner.Member(name);
        return node.IsGiven ? node.AsString(name) : "";
    }

    // Smithy counts characters, not UTF-16 units.
    private static int Length(string text) => text.EnumerateRunes().Count();

    // AWS: [\p{Graph}\x20]*. Whether its \p{Graph} is more than ASCII is not printed; all scripts are taken here.
    private static bool IsVisible(Rune rune) =>
        rune.Value == ' ' || !(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned);

    // AWS: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$ (Tag.Key).
    private static bool IsTagCharacter(Rune rune) =>
        Rune.IsLetter(rune) || Rune.IsSeparator(rune) || Rune.IsNumber(rune) || (rune.IsAscii && "_.:/=+-@".Contains((char)rune.Value));

    private static bool IsRoleArnLength(string arn) => Length(arn) is >= MinRoleArnLength and <= MaxRoleArnLength;

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
