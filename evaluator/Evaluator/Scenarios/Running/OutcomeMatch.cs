using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Defender.Evaluator.Scenarios.Running;

/// <summary>
/// Pairs what is expected with what came, so that as many as possible find a partner: an expectation that leaves much
/// open must not take the one event that a stricter expectation needs.
/// </summary>
internal sealed class OutcomeMatch
{
    /// <summary>A step that is done very often can go wrong very often.</summary>
    private const int MaxUnexpected = 50;

    private readonly ImmutableArray<ExpectedOutcome> _expected;
    private readonly IReadOnlyList<Outcome> _actual;

    /// <summary>For each that came, the position of the expectation it is given to; -1 for none.</summary>
    private readonly int[] _partners;

    public OutcomeMatch(ImmutableArray<ExpectedOutcome> expected, IReadOnlyList<Outcome> actual)
    {
        _expected = expected;
        _actual = actual;
        _partners = new int[actual.Count];
        Array.Fill(_partners, -1);
        for (int i = 0; i < expected.Length; i++)
            TryGive(i, new HashSet<int>());
    }

    /// <summary>Whether each has a partner.</summary>
    public bool IsComplete => _expected.Length == _actual.Count && Array.IndexOf(_partners, -1) < 0;

    /// <summary>The differences as lines of a <see cref="ScenarioFailure"/>: what is missing stands above what came instead.</summary>
    public IEnumerable<string> Differences()
    {
        for (int i = 0; i < _expected.Length; i++)
        {
            int partner = Array.IndexOf(_partners, i);
            yield return partner >= 0
                ? $"  {_actual[partner]}"
                : $"- {_expected[i].Outcome}   # line {_expected[i].Line}: expected, did not come";
        }

        int unexpected = 0;
        for (int i = 0; i < _partners.Length; i++)
        {
            if (_partners[i] < 0 && ++unexpected <= MaxUnexpected)
                yield return $"+ {_actual[i]}{(_actual[i].Remark is null ? "   # " : "; ")}came, not expected";
        }

        if (unexpected > MaxUnexpected)
            yield return $"+ # and {unexpected - MaxUnexpected} more";
    }

    // The augmenting path of a bipartite matching: an outcome that is taken may be given up for another.
    private bool TryGive(int expectation, HashSet<int> visited)
    {
        for (int i = 0; i < _actual.Count; i++)
        {
            if (!_expected[expectation].Outcome.Covers(_actual[i]) || !visited.Add(i))
                continue;
            if (_partners[i] < 0 || TryGive(_partners[i], visited))
            {
                _partners[i] = expectation;
                return true;
            }
        }

        return false;
    }
}
