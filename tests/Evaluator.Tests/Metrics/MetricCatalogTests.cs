using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Tests.Reports;
using Defender.Tests;
using Xunit;

namespace Defender.Evaluator.Tests.Metrics;

/// <summary>The metrics as metrics.json lists them.</summary>
public sealed class MetricCatalogTests
{
    private static readonly JsonElement Listed =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Contract("metrics.json"))).RootElement;

    // The list has an entry for each type of custom metrics: custom metrics of these names stand for them.
    private static readonly MetricCatalog Catalog = new([
        new("custom:number", MetricValueKind.Number), new("custom:number-list", MetricValueKind.Numbers),
        new("custom:string-list", MetricValueKind.Strings), new("custom:ip-address-list", MetricValueKind.Cidrs)]);

    public static TheoryData<string> ListedNames => new(Listed.GetProperty("metrics").EnumerateArray().Select(Name));

    [Theory]
    [MemberData(nameof(ListedNames))]
    public void Metric_is_as_listed(string name)
    {
        JsonElement listed = Listed.GetProperty("metrics").EnumerateArray().Single(metric => Name(metric) == name);

        Assert.True(Catalog.TryGet(name, out Metric? metric));

        Assert.Equal(listed.GetProperty("side").GetString(), metric.Side == MetricSide.Cloud ? "cloud" : "device");
        Assert.Equal(name.StartsWith("custom:", StringComparison.Ordinal), metric.Side == MetricSide.Custom);
        Assert.Equal(listed.GetProperty("valueMember").GetString(), metric.Kind.ToString().ToLowerInvariant());
        Assert.Equal(listed.GetProperty("statisticalThreshold").GetBoolean(), metric.SupportsPercentile);
        Assert.Equal(listed.GetProperty("mlDetect").GetBoolean(), metric.SupportsModel);
        Assert.Equal(listed.GetProperty("dimension").ValueKind != JsonValueKind.Null, metric.SupportsDimension);
        Assert.Equal(listed.GetProperty("durationSeconds").GetString(), metric.Duration switch
        {
            DurationUse.Required => "required",
            DurationUse.WithPercentile => "no effect with value, required with statisticalThreshold",
            _ => "not allowed",
        });
        string operators = string.Join(' ', listed.GetProperty("operators").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(operators.Contains("less-than", StringComparison.Ordinal), metric.IsScalar);
    }

    [Fact]
    public void There_are_no_other_metrics() =>
        Assert.Equal(Listed.GetProperty("metrics").EnumerateArray().Select(Name).Order(), Catalog.All.Select(metric => metric.Name).Order());

    [Fact]
    public void Indexes_are_dense_and_the_same_in_every_catalog()
    {
        var catalog = new MetricCatalog([new("b", MetricValueKind.Number), new("a", MetricValueKind.Strings)]);

        Assert.Equal(Enumerable.Range(0, 20), catalog.All.Select(metric => metric.Index));
        Assert.Equal(BuiltInMetrics.All, catalog.All.Take(18));
        Assert.Equal(["b", "a"], catalog.All.Skip(18).Select(metric => metric.Name));
    }

    [Theory]
    [InlineData(MetricValueKind.Number, true)]
    [InlineData(MetricValueKind.Numbers, false)]
    [InlineData(MetricValueKind.Strings, false)]
    [InlineData(MetricValueKind.Cidrs, false)]
    public void Custom_metrics_have_percentiles_only_as_numbers(MetricValueKind kind, bool hasPercentile)
    {
        Assert.True(new MetricCatalog([new("custom", kind)]).TryGet("custom", out Metric? metric));

        Assert.Equal((MetricSide.Custom, kind, hasPercentile, hasPercentile), (metric.Side, metric.Kind, metric.SupportsPercentile, metric.IsScalar));
    }

    [Theory]
    [InlineData(MetricValueKind.Count)]
    [InlineData(MetricValueKind.Ports)]
    public void Custom_metrics_have_no_other_kinds(MetricValueKind kind) =>
        Assert.Throws<ArgumentException>(() => new MetricCatalog([new("custom", kind)]));

    [Fact]
    public void A_name_is_defined_once()
    {
        Assert.Throws<ArgumentException>(() => new MetricCatalog([new("a", MetricValueKind.Number), new("a", MetricValueKind.Strings)]));
        Assert.Throws<ArgumentException>(() => new MetricCatalog([new("aws:all-bytes-in", MetricValueKind.Number)]));
    }

    [Fact]
    public void Names_are_looked_up_exactly_and_without_allocation()
    {
        string longest = new('m', 128);
        var catalog = new MetricCatalog([new(longest, MetricValueKind.Number)]);
        byte[] utf8 = Encoding.ASCII.GetBytes(longest);
        Assert.True(catalog.TryGet(utf8, out Metric? metric));
        Assert.Equal(longest, metric.Name);

        Assert.False(catalog.TryGet(utf8.AsSpan(1), out _));
        Assert.False(catalog.TryGet([.. utf8, (byte)'m'], out _));
        Assert.False(catalog.TryGet("AWS:all-bytes-in"u8, out _));
        Assert.False(catalog.TryGet(""u8, out _));

        Assert.Equal(0, AllocatedBytes.Of(() => catalog.TryGet(utf8, out _)));
    }

    private static string Name(JsonElement metric) => metric.GetProperty("metric").GetString()!;
}
