using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Scenarios;

/// <summary>A value as scenarios write it: <c>12</c>, <c>-3.5</c>, <c>[22, 443]</c>, <c>[]</c>.</summary>
/// <param name="IsSet">Whether it stands in brackets.</param>
/// <param name="Members">As written; one when it is no set.</param>
internal sealed record ScenarioValue(bool IsSet, ImmutableArray<string> Members)
{
    /// <summary>The value of an event.</summary>
    public static ScenarioValue Of(MetricValue value) => value.Kind switch
    {
        MetricValueKind.Count => Scalar(value.Count.ToString(CultureInfo.InvariantCulture)),
        MetricValueKind.Number => Scalar(value.Number.ToString("R", CultureInfo.InvariantCulture)),
        MetricValueKind.Ports => Set(value.Ports.Select(port => port.ToString(CultureInfo.InvariantCulture))),
        MetricValueKind.Cidrs => Set(value.Cidrs),
        MetricValueKind.Numbers => Set(value.Numbers.Select(number => number.ToString("R", CultureInfo.InvariantCulture))),
        _ => Set(value.Strings),
    };

    public static ScenarioValue Scalar(string text) => new(false, [text]);

    /// <summary>Whether both are the same value, however it is written: <c>5</c> and <c>5.0</c>, sets in any order.</summary>
    public bool Equals(ScenarioValue? other) =>
        other is not null
        && IsSet == other.IsSet
        && Members.Length == other.Members.Length
        && Canonical(this).SequenceEqual(Canonical(other));

    public override int GetHashCode() => HashCode.Combine(IsSet, Members.Length);

    /// <summary>As a scenario would write it.</summary>
    public override string ToString() => IsSet ? $"[{string.Join(", ", Members.Select(ScenarioWord.Of))}]" : Members[0];

    private static ScenarioValue Set(IEnumerable<string> members) => new(true, [.. members]);

    private static IOrderedEnumerable<string> Canonical(ScenarioValue value) => value.Members.Select(Canonical).Order(StringComparer.Ordinal);

    private static string Canonical(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return whole.ToString(CultureInfo.InvariantCulture);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return number.ToString("R", CultureInfo.InvariantCulture);
        return IpAddress.TryParse(text, out IpAddress address) ? address.ToString() : text;
    }
}
