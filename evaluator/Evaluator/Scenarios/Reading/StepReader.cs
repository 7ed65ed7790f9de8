using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads the steps: a line that starts with an offset, the lines that belong to it, and what has to come of them.</summary>
internal sealed class StepReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private const string Arrow = "->";
    private const int MaxText = 120;

    private readonly ActionReader _actions = new(scanner, draft);
    private readonly OutcomeReader _outcomes = new(scanner, draft);
    private readonly HashSet<string> _things = new(StringComparer.Ordinal);
    private long _actionsDone;

    /// <summary>Whether a step starts here.</summary>
    public static bool IsOffset(in Token token) => token.Kind == TokenKind.Word && token.Text[0] == '+';

    public void Read()
    {
        if (!scanner.Failed && scanner.Current.Kind == TokenKind.EndOfText)
            scanner.Expected("a step like: +5m pump-17 reports tcp-ports [22]");
        while (scanner.Current.Kind != TokenKind.EndOfText)
            ReadStep();
    }

    private void ReadStep()
    {
        Token start = scanner.Current;
        TimeSpan offset = TakeOffset();
        TimeSpan every = default;
        int times = 1;
        if (scanner.TryTake("every"))
            TakeRepetition(offset, out every, out times);
        ScenarioStep step = new(scanner.LineOf(start.Start), Shorten(scanner.LineAt(start.Start)), offset, every, times);

        ImmutableArray<ScenarioAction> actions = TakeActions();
        _actionsDone += (long)Math.Max(1, actions.Length) * times;
        if (_actionsDone > ScenarioLimits.MaxActions)
            scanner.Fail(start, $"expected at most {ScenarioLimits.MaxActions} reports and changes in one scenario, repetitions included");
        draft.Steps.Add(step with { Actions = actions, Expected = TakeExpected() });
    }

    private TimeSpan TakeOffset()
    {
        Token token = scanner.Current;
        if (!IsOffset(token) || !DurationText.TryParse(token.Text.AsSpan(1), out TimeSpan offset))
        {
            scanner.Expected("an offset from the start like +0s, +5m, +2h30m or +3d, at most 31 days");
            return default;
        }

        TimeSpan end = draft.Steps.Count == 0 ? default : EndOf(draft.Steps[^1]);
        if (offset < end)
            scanner.Fail(token, $"expected +{DurationText.Of(end)} or later: offsets count from the start, and steps are in the order of time");
        scanner.Take();
        return offset;
    }

    private void TakeRepetition(TimeSpan offset, out TimeSpan every, out int times)
    {
        if (!DurationText.TryParse(scanner.Current.Text, out every) || every <= TimeSpan.Zero)
            scanner.Expected("how often: a duration like 5m");
        scanner.Take();
        scanner.TakeOneOf("x and how many times, like: every 5m x 12", "x");
        if (!int.TryParse(scanner.Current.Text, NumberStyles.None, CultureInfo.InvariantCulture, out times) || times is < 1 or > ScenarioLimits.MaxActions)
            scanner.Expected($"how many times: 1 to {ScenarioLimits.MaxActions}");
        else if (offset + ((times - 1) * every) > ScenarioLimits.MaxLength)
            scanner.Expected($"an end within {ScenarioLimits.MaxLength.TotalDays} days");
        scanner.Take();
    }

    private static TimeSpan EndOf(ScenarioStep step) => step.Offset + ((step.Times - 1) * step.Every);

    private ImmutableArray<ScenarioAction> TakeActions()
    {
        var actions = ImmutableArray.CreateBuilder<ScenarioAction>();
        _things.Clear();
        if (scanner.TryTake("nothing"))
        {
            scanner.TakeEndOfLine();
            return [];
        }

        do
        {
            _actions.Read(actions, _things);
            scanner.TakeEndOfLine();
        }
        while (!scanner.Failed && scanner.Current.Kind != TokenKind.EndOfText && !IsOffset(scanner.Current) && !scanner.Current.Is(Arrow));
        return actions.DrainToImmutable();
    }

    private ImmutableArray<ExpectedOutcome> TakeExpected()
    {
        var expected = ImmutableArray.CreateBuilder<ExpectedOutcome>();
        bool isNothing = false;
        string? thing = _things.Count == 1 ? _things.Single() : draft.Things.Count == 1 ? draft.Things.Single() : null;
        while (scanner.Current.Is(Arrow))
        {
            Token arrow = scanner.Take();
            if (expected.Count == ScenarioLimits.MaxExpected)
                scanner.Fail(arrow, $"expected at most {ScenarioLimits.MaxExpected} events of one step");
            if (isNothing || (scanner.Current.Is("nothing") && expected.Count > 0))
                scanner.Fail(arrow, "expected either events or nothing, not both");
            isNothing = scanner.TryTake("nothing");
            if (!isNothing && _outcomes.Read(thing) is { } outcome)
                expected.Add(new ExpectedOutcome(scanner.LineOf(arrow.Start), outcome));
            scanner.TakeEndOfLine();
        }

        return expected.DrainToImmutable();
    }

    private static string Shorten(string line) => line.Length <= MaxText ? line : line[..(MaxText - 1)] + "…";
}
