using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads the custom metrics and dimensions of an account from one document.</summary>
internal static class DefinitionsReader
{
    private const int MaxFilters = 100;
    private const int MaxFilterLength = 256;
    private const string TopicFilter = "TOPIC_FILTER";

    public static bool TryRead(
        ReadOnlySpan<byte> json,
        [NotNullWhen(true)] out ProfileDefinitions? definitions,
        out ImmutableArray<ProfileError> errors)
    {
        definitions = null;
        ProfileLimits limits = ProfileLimits.Default;
        if (!DocumentText.TryParse(json, limits.MaxDocumentBytes, out JsonDocument? document, out ProfileError error))
        {
            errors = [error];
            return false;
        }

        using (document)
        {
            var scope = new ReadingScope(ProfileDefinitions.BuiltIn, new ProfileErrorList(limits.MaxErrors));
            var root = new DocumentNode(document.RootElement, scope);
            if (root.IsObject("the document"))
            {
                CustomMetricDefinition[] metrics = [.. ReadList(root, "customMetrics", "metricName", ReadMetric)];
                Dimension[] dimensions = [.. ReadList(root, "dimensions", "name", ReadDimension)];
                if (scope.Errors.IsEmpty)
                    definitions = new ProfileDefinitions(new MetricCatalog(metrics), dimensions);
            }

            errors = scope.Errors.ToImmutable();
            return definitions is not null;
        }
    }

    private static IEnumerable<T> ReadList<T>(DocumentNode root, string listName, string nameMember, Func<DocumentNode, string, T?> read)
        where T : class
    {
        DocumentNode list = root.Member(listName);
        if (!list.IsGiven || !list.IsList(listName))
            yield break;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (DocumentNode item in list.Items().TakeWhile(_ => !root.Scope.Errors.IsFull))
        {
            if (!item.IsObject("definition") || item.Member(nameMember).AsString(nameMember) is not { } name)
                continue;
            if (!ResourceName.IsValid(name))
                item.Member(nameMember).Report(ProfileRule.P00, $"{nameMember} {ResourceName.Rule}", ResourceName.Hint(name));
            else if (!names.Add(name))
                item.Member(nameMember).Report(ProfileRule.P00, $"{nameMember} {name} is used twice");
            if (read(item, name) is { } definition)
                yield return definition;
        }
    }

    private static CustomMetricDefinition? ReadMetric(DocumentNode node, string name)
    {
        if (name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            node.Member("metricName").Report(ProfileRule.P00, $"metricName {Quote.Of(name)} should not start with aws:");
        DocumentNode typeNode = node.Member("metricType");
        if (typeNode.AsString("metricType") is not { } type)
            return null;
        if (WireNames.TryParseCustomMetricType(type, out MetricValueKind kind))
            return new CustomMetricDefinition(name, kind);
        typeNode.ReportNotOneOf(ProfileRule.P00, "metricType", type, WireNames.CustomMetricTypes);
        return null;
    }

    private static Dimension? ReadDimension(DocumentNode node, string name)
    {
        DocumentNode typeNode = node.Member("type");
        if (typeNode.AsString("type") is { } type && type != TopicFilter)
            typeNode.ReportNotOneOf(ProfileRule.P00, "type", type, [TopicFilter]);
        DocumentNode filters = node.Member("stringValues");
        if (!filters.IsList("stringValues"))
            return null;
        if (filters.ItemCount is 0 or > MaxFilters)
        {
            filters.Report(ProfileRule.P00, $"stringValues should have 1 to {MaxFilters} members");
            return null;
        }

        var values = ImmutableArray.CreateBuilder<string>(filters.ItemCount);
        foreach (DocumentNode filter in filters.Items())
        {
            if (filter.AsString("stringValues member") is not { } text)
                continue;
            if (Characters.Count(text) is 0 or > MaxFilterLength)
                filter.Report(ProfileRule.P00, $"topic filter should have 1 to {MaxFilterLength} characters");
            values.Add(text);
        }

        return new Dimension(name, values.ToImmutable());
    }
}
