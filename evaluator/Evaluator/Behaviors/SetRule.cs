using System;
using System.Collections.Immutable;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Behaviors;

/// <summary>
/// Judges a datapoint that is a set: with <c>in-*</c> every member must be in the given set, with <c>not-in-*</c> none
/// may be. The empty set conforms to both. Immutable.
/// </summary>
/// <param name="wanted">True for <c>in-*</c>, false for <c>not-in-*</c>.</param>
internal abstract class SetRule(bool wanted)
{
    /// <summary>Whether no member breaks the rule.</summary>
    public abstract bool Conforms(DatapointBuffer buffer, in Datapoint datapoint);

    /// <summary>The first members that break the rule. Allocates.</summary>
    public abstract MetricValue Offending(DatapointBuffer buffer, in Datapoint datapoint);

    /// <summary>Whether a member that is (or is not) in the given set breaks the rule.</summary>
    protected bool Breaks(bool isInSet) => isInSet != wanted;

    /// <summary>The members of a span that break a rule, as far as an event names them.</summary>
    protected static ImmutableArray<TResult> Select<T, TResult>(ReadOnlySpan<T> members, Func<T, bool> breaks, Func<T, TResult> result)
    {
        var offending = ImmutableArray.CreateBuilder<TResult>();
        foreach (T member in members)
        {
            if (offending.Count == ViolationEvent.MaxOffendingMembers)
                break;
            if (breaks(member))
                offending.Add(result(member));
        }

        return offending.DrainToImmutable();
    }
}

/// <summary><c>in-port-set</c> and <c>not-in-port-set</c>.</summary>
internal sealed class PortRule(PortSet set, bool wanted) : SetRule(wanted)
{
    public override bool Conforms(DatapointBuffer buffer, in Datapoint datapoint)
    {
        foreach (ushort port in buffer.Ports(datapoint))
        {
            if (Breaks(set.Contains(port)))
                return false;
        }

        return true;
    }

    public override MetricValue Offending(DatapointBuffer buffer, in Datapoint datapoint) =>
        MetricValue.OfPorts(Select(buffer.Ports(datapoint), port => Breaks(set.Contains(port)), port => (int)port));
}

/// <summary><c>in-cidr-set</c> and <c>not-in-cidr-set</c>.</summary>
internal sealed class CidrRule(CidrSet set, bool wanted) : SetRule(wanted)
{
    public override bool Conforms(DatapointBuffer buffer, in Datapoint datapoint)
    {
        foreach (IpAddress address in buffer.Addresses(datapoint))
        {
            if (Breaks(set.Contains(address)))
                return false;
        }

        return true;
    }

    public override MetricValue Offending(DatapointBuffer buffer, in Datapoint datapoint) => MetricValue.OfCidrs(
        Select(buffer.Addresses(datapoint), address => Breaks(set.Contains(address)), address => address.ToString()));
}

/// <summary><c>in-set</c> and <c>not-in-set</c> over numbers.</summary>
internal sealed class NumberRule(NumberSet set, bool wanted) : SetRule(wanted)
{
    public override bool Conforms(DatapointBuffer buffer, in Datapoint datapoint)
    {
        foreach (double number in buffer.Numbers(datapoint))
        {
            if (Breaks(set.Contains(number)))
                return false;
        }

        return true;
    }

    public override MetricValue Offending(DatapointBuffer buffer, in Datapoint datapoint) =>
        MetricValue.OfNumbers(Select(buffer.Numbers(datapoint), number => Breaks(set.Contains(number)), number => number));
}

/// <summary><c>in-set</c> and <c>not-in-set</c> over strings.</summary>
internal sealed class StringRule(StringSet set, bool wanted) : SetRule(wanted)
{
    public override bool Conforms(DatapointBuffer buffer, in Datapoint datapoint)
    {
        for (int i = 0; i < datapoint.Length; i++)
        {
            if (Breaks(set.Contains(buffer.String(datapoint, i))))
                return false;
        }

        return true;
    }

    public override MetricValue Offending(DatapointBuffer buffer, in Datapoint datapoint)
    {
        var offending = ImmutableArray.CreateBuilder<string>();
        for (int i = 0; i < datapoint.Length && offending.Count < ViolationEvent.MaxOffendingMembers; i++)
        {
            ReadOnlySpan<byte> member = buffer.String(datapoint, i);
            if (Breaks(set.Contains(member)))
                offending.Add(Encoding.UTF8.GetString(member));
        }

        return MetricValue.OfStrings(offending.DrainToImmutable());
    }
}
