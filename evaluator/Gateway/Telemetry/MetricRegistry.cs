using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Linq;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// The metrics of the gateway: each is told once here, for <c>/metrics</c> and, as an instrument of the meter
/// <see cref="MeterName"/>, for OpenTelemetry. Filled while the gateway is made, then only read.
/// </summary>
internal sealed class MetricRegistry : IDisposable
{
    public const string MeterName = "Defender.Gateway";

    private readonly Meter _meter = new(MeterName);
    private readonly List<MetricFamily> _families = [];

    public IReadOnlyList<MetricFamily> Families => _families;

    /// <summary>Counters that one label tells apart.</summary>
    public void Counters(string name, string unit, string description, CounterSet counters, string label, ImmutableArray<string> values) =>
        Add(new MetricFamily(name, unit, description, MetricFamilyKind.Counter, () => values.Select((value, i) => new MetricPoint(counters[i], new KeyValuePair<string, object?>(label, value)))));

    /// <summary>One counter without labels.</summary>
    public void Counter(string name, string unit, string description, Func<double> read) =>
        Add(new MetricFamily(name, unit, description, MetricFamilyKind.Counter, () => [new MetricPoint(read())]));

    /// <summary>One value without labels.</summary>
    public void Gauge(string name, string unit, string description, Func<double> read) =>
        Add(new MetricFamily(name, unit, description, MetricFamilyKind.Gauge, () => [new MetricPoint(read())]));

    /// <summary>Any metric but a histogram.</summary>
    public void Add(MetricFamily family)
    {
        _families.Add(family);
        if (family.IsOfRuntime)
            return;
        if (family.Kind == MetricFamilyKind.Counter)
            _meter.CreateObservableCounter(family.Name, () => Measure(family), family.Unit, family.Description);
        else
            _meter.CreateObservableUpDownCounter(family.Name, () => Measure(family), family.Unit, family.Description);
    }

    /// <summary>A histogram of seconds without labels.</summary>
    public LatencyHistogram Histogram(string name, string description)
    {
        var histogram = new LatencyHistogram
        {
            Instrument = _meter.CreateHistogram(
                name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = LatencyHistogram.Bounds }),
        };
        _families.Add(new MetricFamily(name, "s", description, MetricFamilyKind.Histogram, () => []) { Histogram = histogram });
        return histogram;
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> Measure(MetricFamily family) =>
        family.Read().Select(point => new Measurement<long>((long)point.Value, point.Labels));
}
