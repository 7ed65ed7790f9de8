using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads the name, the description and the retained metrics of a profile document (P17, P18).</summary>
internal static class ProfileMembersReader
{
    private const int MaxDescriptionLength = 1000;

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
        if (Characters.Count(text) > MaxDescriptionLength || !text.EnumerateRunes().All(IsVisible))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture, $"securityProfileDescription should have at most {MaxDescriptionLength} visible characters");
            node.Report(ProfileRule.P18, message);
        }

        return text;
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
        {
            IEnumerable<Metric> metrics = names.ReadItems(MetricReferenceReader.ReadName).OfType<Metric>();
            retained.AddRange(metrics.Select(metric => new MetricToRetain(metric)));
        }

        if (objects.IsGiven && objects.IsList(newForm))
            retained.AddRange(objects.ReadItems(ReadMetricToRetain).OfType<MetricToRetain>());
        return retained.ToImmutable();
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

    // AWS: [\p{Graph}\x20]*. Whether its \p{Graph} is more than ASCII is not printed; all scripts are taken here.
    private static bool IsVisible(Rune rune) =>
        rune.Value == ' '
        || !(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned);
}
