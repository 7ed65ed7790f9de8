using System;
using System.Text;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>A place in a report and the rules for the value that stands there. Immutable.</summary>
/// <param name="kind">What to do with the value.</param>
/// <param name="token">The type it must have.</param>
/// <param name="rule">The rule that another type or a bad value breaks.</param>
/// <param name="allowed">The values allowed, for messages: <c>a whole number from 1 to 65535</c>.</param>
internal sealed class Slot(SlotKind kind, TokenKind token, ReportRule rule, string allowed)
{
    private readonly byte[]?[] _spellings = [];

    public SlotKind Kind { get; } = kind;

    public TokenKind Token { get; } = token;

    public ReportRule Rule { get; } = rule;

    public string Allowed { get; } = allowed;

    /// <summary>Of a whole number.</summary>
    public Int128 Min { get; init; }

    /// <inheritdoc cref="Min"/>
    public Int128 Max { get; init; } = Int128.MaxValue;

    /// <summary>Of an object; names that are not among them are skipped (R06).</summary>
    public Member[] Members
    {
        get;
        init
        {
            field = value;
            _spellings = new byte[]?[2 * value.Length];
            for (int i = 0; i < value.Length; i++)
            {
                _spellings[2 * i] = Encoding.ASCII.GetBytes(value[i].Name);
                _spellings[2 * i + 1] = value[i].ShortName is { } shortName ? Encoding.ASCII.GetBytes(shortName) : null;
                RequiredMembers |= value[i].IsRequired ? 1u << i : 0;
            }
        }
    } = [];

    /// <summary>A bit for each of the members that must be there.</summary>
    public uint RequiredMembers { get; private init; }

    /// <summary>The rule broken when none of the other members is there; none where they may all be absent.</summary>
    public ReportRule AnyMemberRule { get; init; }

    /// <summary>Whether only one of the members may be there (R15).</summary>
    public bool IsChoice { get; init; }

    /// <summary>The place of each item of a list, or of each member of <c>custom_metrics</c>.</summary>
    public Slot? Item { get; init; }

    /// <summary>Most items of a list, or members of <c>custom_metrics</c>.</summary>
    public int MaxItems { get; init; } = int.MaxValue;

    /// <summary>Fewest items of a list.</summary>
    public int MinItems { get; init; }

    /// <summary>The metric that a counter or a total becomes a datapoint of.</summary>
    public Metric? CountMetric { get; init; }

    /// <summary>The metric that the list beside a total becomes a datapoint of.</summary>
    public Metric? SetMetric { get; init; }

    /// <summary>
    /// The member with this name: twice its index for the long spelling, one more for the short one, or -1.
    /// </summary>
    public int FindSpelling(ReadOnlySpan<byte> name)
    {
        byte[]?[] spellings = _spellings;
        for (int i = 0; i < spellings.Length; i++)
        {
            if (spellings[i] is { } spelling && spelling.Length == name.Length && name.SequenceEqual(spelling))
                return i;
        }

        return -1;
    }
}
