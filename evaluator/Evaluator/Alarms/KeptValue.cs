using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Alarms;

/// <summary>
/// The bounds of the value that an open alarm remembers. A report may carry ten thousand ports, or a hundred KiB of text
/// that many behaviors judge; a state is kept for every thing and written after every report.
/// </summary>
internal static class KeptValue
{
    /// <summary>Whether a value may be remembered as it is.</summary>
    public static bool Fits(MetricValue value) =>
        value.Ports.Length <= ActiveViolation.MaxValueMembers
        && value.Cidrs.Length <= ActiveViolation.MaxValueMembers
        && value.Numbers.Length <= ActiveViolation.MaxValueMembers
        && value.Strings.Length <= ActiveViolation.MaxValueMembers
        && value.Strings.Sum(text => (long)text.Length) <= ActiveViolation.MaxValueTextLength;

    /// <summary>The part of a value that may be remembered.</summary>
    /// <param name="value">The value.</param>
    /// <param name="offending">Its members that broke the rule, which come first where not all can stay.</param>
    public static MetricValue Of(MetricValue value, MetricValue? offending)
    {
        if (Fits(value))
            return value;
        return value.Kind switch
        {
            MetricValueKind.Ports => MetricValue.OfPorts(Cut(value.Ports, offending?.Ports, _ => 0)),
            MetricValueKind.Cidrs => MetricValue.OfCidrs(Cut(value.Cidrs, offending?.Cidrs, _ => 0)),
            MetricValueKind.Numbers => MetricValue.OfNumbers(Cut(value.Numbers, offending?.Numbers, _ => 0)),
            _ => MetricValue.OfStrings(Cut(value.Strings, offending?.Strings, text => text.Length)),
        };
    }

    /// <summary>Whether a datapoint has a value: then no new one needs to be made. Allocates nothing.</summary>
    public static bool IsSame(MetricValue value, DatapointBuffer buffer, in Datapoint datapoint)
    {
        if (value.Kind != datapoint.Metric.Kind)
            return false;
        switch (value.Kind)
        {
            case MetricValueKind.Count:
                return value.Count == datapoint.Count;
            case MetricValueKind.Number:
                return value.Number.Equals(datapoint.Number);
            case MetricValueKind.Ports:
                return HasSameMembers(value.Ports.AsSpan(), buffer.Ports(datapoint), static (known, port) => known == port);
            case MetricValueKind.Numbers:
                return buffer.Numbers(datapoint).SequenceEqual(value.Numbers.AsSpan());
            case MetricValueKind.Cidrs:
                return HasSameMembers(
                    value.Cidrs.AsSpan(),
                    buffer.Addresses(datapoint),
                    static (known, address) => IpAddress.TryParse(known, out IpAddress parsed) && parsed == address);
            default:
                return HasSameStrings(value.Strings, buffer, datapoint);
        }
    }

    private static bool HasSameMembers<TKnown, T>(ReadOnlySpan<TKnown> known, ReadOnlySpan<T> members, Func<TKnown, T, bool> areSame)
    {
        if (known.Length != members.Length)
            return false;
        for (int i = 0; i < known.Length; i++)
        {
            if (!areSame(known[i], members[i]))
                return false;
        }

        return true;
    }

    private static bool HasSameStrings(ImmutableArray<string> known, DatapointBuffer buffer, in Datapoint datapoint)
    {
        if (known.Length != datapoint.Length)
            return false;
        for (int i = 0; i < known.Length; i++)
        {
            // Strings of a report are ASCII; another's are taken for new ones, which costs a copy and nothing else.
            if (!Ascii.Equals(buffer.String(datapoint, i), known[i]))
                return false;
        }

        return true;
    }

    private static ImmutableArray<T> Cut<T>(ImmutableArray<T> members, ImmutableArray<T>? first, Func<T, int> textLength)
    {
        var kept = ImmutableArray.CreateBuilder<T>();
        int room = ActiveViolation.MaxValueTextLength;
        IEnumerable<T> ordered = first is { } offending ? offending.Concat(members).Distinct() : members;
        foreach (T member in ordered)
        {
            if (kept.Count == ActiveViolation.MaxValueMembers)
                break;
            if (textLength(member) > room)
                continue;
            room -= textLength(member);
            kept.Add(member);
        }

        return kept.DrainToImmutable();
    }
}
