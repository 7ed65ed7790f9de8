using System;
using System.Collections.Generic;

namespace Defender.Gateway.Telemetry;

/// <summary>What kind of values a metric of the gateway has.</summary>
internal enum MetricFamilyKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How often values were how large.</summary>
    Histogram,
}

/// <summary>A metric of the gateway under all its labels.</summary>
/// <param name="Name">As OpenTelemetry names metrics: lower case, with dots.</param>
/// <param name="Unit">UCUM: s, By, 1, or a word in braces.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Kind">What its values are.</param>
/// <param name="Read">The values now; of histograms none.</param>
internal sealed record MetricFamily(string Name, string Unit, string Description, MetricFamilyKind Kind, Func<IEnumerable<MetricPoint>> Read)
{
    /// <summary>Set exactly for histograms.</summary>
    public LatencyHistogram? Histogram { get; init; }

    /// <summary>Whether .NET's own meters have it, so that OTLP does not carry it twice.</summary>
    public bool IsOfRuntime { get; init; }
}

/// <summary>A value under its labels.</summary>
internal readonly record struct MetricPoint(double Value, params KeyValuePair<string, object?>[] Labels);
