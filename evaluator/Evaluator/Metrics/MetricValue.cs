using System;
using System.Collections.Immutable;
using System.Linq;

namespace Defender.Evaluator.Metrics;

/// <summary>
/// AWS's MetricValue: exactly one of count, number, ports, cidrs, numbers and strings. Immutable; used in documents and
/// events, never on the path of a report.
/// </summary>
public sealed record MetricValue
{
    private MetricValue(MetricValueKind kind) => Kind = kind;

    /// <summary>Which member is set.</summary>
    public MetricValueKind Kind { get; }

    /// <summary>0 to 2^63-1.</summary>
    public long Count { get; private init; }

    /// <summary>Finite.</summary>
    public double Number { get; private init; }

    /// <summary>0 to 65535 each.</summary>
    public ImmutableArray<int> Ports { get; private init; } = [];

    /// <summary>Addresses or networks in CIDR notation, as written.</summary>
    public ImmutableArray<string> Cidrs { get; private init; } = [];

    /// <summary>Finite each.</summary>
    public ImmutableArray<double> Numbers { get; private init; } = [];

    /// <summary>Any text.</summary>
    public ImmutableArray<string> Strings { get; private init; } = [];

    /// <summary>A <c>count</c>.</summary>
    public static MetricValue OfCount(long count) => new(MetricValueKind.Count) { Count = count };

    /// <summary>A <c>number</c>.</summary>
    public static MetricValue OfNumber(double number) => new(MetricValueKind.Number) { Number = number };

    /// <summary>A set of <c>ports</c>.</summary>
    public static MetricValue OfPorts(ImmutableArray<int> ports) => new(MetricValueKind.Ports) { Ports = ports };

    /// <summary>A set of <c>cidrs</c>.</summary>
    public static MetricValue OfCidrs(ImmutableArray<string> cidrs) => new(MetricValueKind.Cidrs) { Cidrs = cidrs };

    /// <summary>A set of <c>numbers</c>.</summary>
    public static MetricValue OfNumbers(ImmutableArray<double> numbers) => new(MetricValueKind.Numbers) { Numbers = numbers };

    /// <summary>A set of <c>strings</c>.</summary>
    public static MetricValue OfStrings(ImmutableArray<string> strings) => new(MetricValueKind.Strings) { Strings = strings };

    /// <summary>Whether both hold the same, lists member by member and in the same order.</summary>
    public bool Equals(MetricValue? other) =>
        other is not null
        && Kind == other.Kind
        && Count == other.Count
        && Number.Equals(other.Number)
        && Ports.SequenceEqual(other.Ports)
        && Cidrs.SequenceEqual(other.Cidrs)
        && Numbers.SequenceEqual(other.Numbers)
        && Strings.SequenceEqual(other.Strings);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Kind, Count, Number, Ports.Length, Cidrs.Length, Numbers.Length, Strings.Length);
}
