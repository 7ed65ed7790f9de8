using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads a list of behaviors (P01 to P14). All its mistakes are reported by ValidateSecurityProfileBehaviors.</summary>
internal static class BehaviorReader
{
    /// <summary>Reads the list; complete only when no mistake was reported.</summary>
    public static ImmutableArray<Behavior> ReadList(DocumentNode list)
    {
        list = list.In(list.Scope with { ReportedByValidation = true });
        if (!list.IsGiven || !list.IsList("behaviors"))
            return [];
        CheckCount(list, list.ItemCount);
        var behaviors = ImmutableArray.CreateBuilder<Behavior>();
        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        long elements = 0;
        foreach (DocumentNode item in list.Items())
        {
            if (list.Scope.Errors.IsFull)
                break;
            if (!item.IsObject("behavior"))
                continue;
            if (Read(item, uses) is { } behavior)
                behaviors.Add(behavior);
            elements += MetricValueReader.CountElements(item.Member("criteria").Member("value"));
        }

        CheckElements(list, elements);
        return behaviors.ToImmutable();
    }

    /// <summary>P14, for behaviors that are not in the document.</summary>
    /// <param name="list">Where they would be.</param>
    /// <param name="behaviors">How many they are.</param>
    /// <param name="elements">How many value elements they have together.</param>
    public static void CheckQuotas(DocumentNode list, int behaviors, long elements)
    {
        CheckCount(list, behaviors);
        CheckElements(list, elements);
    }

    private static void CheckCount(DocumentNode list, int behaviors)
    {
        int most = list.Scope.Definitions.Limits.MaxBehaviors;
        if (behaviors > most)
            list.Report(ProfileRule.P14, string.Create(CultureInfo.InvariantCulture, $"behaviors should have at most {most} members"));
    }

    private static void CheckElements(DocumentNode list, long elements)
    {
        int most = list.Scope.Definitions.Limits.MaxValueElements;
        if (elements > most)
        {
            string message = string.Create(CultureInfo.InvariantCulture, $"a security profile should have at most {most} value elements");
            list.Report(ProfileRule.P14, message);
        }
    }

    private static Behavior? Read(DocumentNode node, Dictionary<string, int> uses)
    {
        DocumentNode nameNode = node.Member("name");
        string shownName = nameNode.IsString ? nameNode.Text : "";
        ReadingScope scope = node.Scope with { MessagePrefix = $"Behavior {shownName} is malformed. " };
        string? name = ReadName(node, nameNode.In(scope));

        // Once for a name, however often it is used.
        if (name is not null && (uses[name] = uses.GetValueOrDefault(name) + 1) == 2)
            nameNode.Report(ProfileRule.P02, $"behavior name {name} is used twice");

        node = node.In(scope);
        Metric? metric = MetricReferenceReader.ReadMetric(node);
        MetricDimension? dimension = MetricReferenceReader.ReadDimension(node, metric);
        BehaviorCriteria? criteria = CriteriaReader.Read(node, metric);
        bool suppressAlerts = node.Flag("suppressAlerts");
        bool exportMetric = node.Flag("exportMetric");
        if (name is null || metric is null || criteria is null)
            return null;
        return new Behavior(name, metric, criteria)
        {
            MetricDimension = dimension,
            SuppressAlerts = suppressAlerts,
            ExportMetric = exportMetric,
        };
    }

    private static string? ReadName(DocumentNode behavior, DocumentNode node)
    {
        string? name = null;
        if (node.IsGiven && (name = node.AsString("name")) is null)
            return null;
        if (ResourceName.IsValid(name))
            return name;
        node.Report(ProfileRule.P01, $"name {ResourceName.Rule}", ResourceName.Hint(name) ?? behavior.MisspeltMember("name"));
        return null;
    }
}
