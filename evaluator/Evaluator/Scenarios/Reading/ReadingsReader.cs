using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>
/// Reads metrics with their values, for one thing or for several at once: <c>tcp-ports [22] bytes-out 10, 20</c> is 10
/// for the first thing, 20 for the second, and the same ports for both.
/// </summary>
internal sealed class ReadingsReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private readonly ValueReader _values = new(scanner);

    /// <summary>What a report says: metrics of the device and custom ones, each once. Answers one list for each thing.</summary>
    public ImmutableArray<ImmutableArray<MetricReading>> TakeReports(int things) => Take(things, isReport: true);

    /// <summary>What the gateway counted in a period: cloud-side metrics. Answers one list for each thing.</summary>
    public ImmutableArray<ImmutableArray<MetricReading>> TakeCounts(int things) => Take(things, isReport: false);

    private ImmutableArray<ImmutableArray<MetricReading>> Take(int things, bool isReport)
    {
        var readings = new List<MetricReading>[things];
        for (int i = 0; i < things; i++)
            readings[i] = [];
        var reported = new HashSet<Metric>();
        do
        {
            Token word = scanner.Current;
            if (TakeMetric(isReport) is not { } metric)
                break;
            if (isReport && !reported.Add(metric))
                scanner.Fail(word, $"expected each metric once in a report: {metric} stands before");
            MetricDimension? dimension = isReport ? null : TakeDimension(metric);
            ImmutableArray<ScenarioValue> values = TakeValues(metric, isReport, things);
            for (int i = 0; i < things && !scanner.Failed; i++)
                readings[i].Add(new MetricReading(metric, dimension, values[values.Length == 1 ? 0 : i]));
        }
        while (!scanner.AtEndOfLine);
        return [.. readings.Select(list => list.ToImmutableArray())];
    }

    private Metric? TakeMetric(bool isReport)
    {
        bool IsWanted(Metric metric) => metric.Side != MetricSide.Cloud == isReport;

        Token token = scanner.Current;
        Metric? metric = null;
        bool known = token.IsName && MetricWords.TryFind(draft.Definitions.Metrics, token.Text, out metric);
        if (known && IsWanted(metric!))
        {
            scanner.Take();
            return metric;
        }

        string hint =
            known ? $"; {metric} {(isReport ? "is counted by the gateway: write counts" : "comes in reports: write reports")}"
            : token.IsName && NearestName.DidYouMean(token.Text, MetricWords.Of(draft.Definitions.Metrics, IsWanted)) is { } nearest ? $"; {nearest}"
            : "";
        scanner.Fail(token, $"expected a metric, found {token}{hint}");
        return null;
    }

    private MetricDimension? TakeDimension(Metric metric)
    {
        if (!scanner.Current.Is("in") && !scanner.Current.Is("not-in"))
            return null;
        DimensionValueOperator comparison = scanner.Take().Is("in") ? DimensionValueOperator.In : DimensionValueOperator.NotIn;
        Token token = scanner.Current;
        string name = scanner.TakeName("the name of a dimension");
        if (!draft.Definitions.TryGetDimension(name, out _))
            scanner.Fail(token, $"expected one of the dimensions in definitions, found '{name}'");
        else if (!metric.SupportsDimension)
            scanner.Fail(token, $"expected no dimension: {metric} is not counted by topic");
        return new MetricDimension(name, comparison);
    }

    private ImmutableArray<ScenarioValue> TakeValues(Metric metric, bool isReport, int things)
    {
        var values = ImmutableArray.CreateBuilder<ScenarioValue>();
        Token token = scanner.Current;
        do
            values.Add(_values.Take(metric, isReport));
        while (scanner.TryTake(TokenKind.Comma));
        if (values.Count != 1 && values.Count != things)
            scanner.Fail(token, $"expected one value for all things, or {things}, one for each; found {values.Count}{SetHint(metric)}");
        return values.DrainToImmutable();
    }

    private static string SetHint(Metric metric) => metric.IsScalar ? "" : "; a set stands in brackets";
}
