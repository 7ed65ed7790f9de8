using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles.Reading;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads what has to come of a step: what stands behind an arrow.</summary>
internal sealed class OutcomeReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private static readonly string[] Details = ["of", "value", "offending", "threshold", "at"];

    private readonly ValueReader _values = new(scanner);

    /// <param name="onlyThing">The thing that is meant where none is named; null where it must be named.</param>
    /// <returns>Null after a mistake.</returns>
    public Outcome? Read(string? onlyThing)
    {
        string thing = TakeThing(onlyThing);
        int kind = scanner.TakeOneOf(string.Join(", ", Outcome.KindWords) + " or nothing", [.. Outcome.KindWords]);
        if (kind < 0)
            return null;
        string subject = (OutcomeKind)kind switch
        {
            OutcomeKind.Rejected => TakeRule(),
            OutcomeKind.Dropped => TakeDroppedMetric(),
            OutcomeKind.Repeated => "",
            _ => TakeBehavior(),
        };
        var outcome = new Outcome((OutcomeKind)kind, thing, subject);
        return (OutcomeKind)kind <= OutcomeKind.AlarmInvalidated ? TakeDetails(outcome) : scanner.TryTake("at") ? outcome with { At = TakeOffset() } : outcome;
    }

    private string TakeThing(string? onlyThing)
    {
        Token token = scanner.Current;
        if (token.Kind == TokenKind.Word && Outcome.KindWords.Contains(token.Text))
        {
            if (onlyThing is null)
                scanner.Fail(token, "expected the name of a thing first, as there are several");
            return onlyThing ?? "";
        }

        string thing = scanner.TakeName("an event like in-alarm, a thing, or nothing");
        if (!draft.Things.Contains(thing))
        {
            IEnumerable<string> candidates = draft.Things.Concat(Outcome.KindWords);
            string hint = NearestName.DidYouMean(thing, candidates) is { } nearest ? $"; {nearest}" : "";
            scanner.Fail(token, $"expected an event like in-alarm, or a thing that stands above, found {token}{hint}");
        }

        return thing;
    }

    private string TakeBehavior()
    {
        Token token = scanner.Current;
        string name = scanner.TakeName("the name of a behavior");
        if (!draft.Behaviors.Contains(name))
        {
            string hint = NearestName.DidYouMean(name, draft.Behaviors) is { } nearest ? $"; {nearest}" : "";
            scanner.Fail(token, $"expected a behavior of the profiles above, found {token}{hint}");
        }

        return name;
    }

    private string TakeRule()
    {
        Token token = scanner.Current;
        string rule = scanner.TakeName("the rule that the report breaks, like R12");
        if (rule == nameof(ReportRule.None) || !Enum.IsDefined(typeof(ReportRule), rule))
            scanner.Fail(token, $"expected the rule that the report breaks, R01 to R19, found {token}");
        return rule;
    }

    // A custom metric may be dropped because nobody defined it: any name will do.
    private string TakeDroppedMetric()
    {
        string word = scanner.TakeName("the metric that is dropped");
        return MetricWords.TryFind(draft.Definitions.Metrics, word, out Metric? metric) ? metric.Name : word;
    }

    private Outcome TakeDetails(Outcome outcome)
    {
        while (!scanner.AtEndOfLine)
        {
            switch (scanner.TakeOneOf("of, value, offending, threshold, at, or the end of the line", Details))
            {
                case 0:
                    outcome = outcome with { Profile = TakeProfile() };
                    break;
                case 1:
                    outcome = outcome with { Value = _values.Take() };
                    break;
                case 2:
                    outcome = outcome with { Offending = _values.Take() };
                    break;
                case 3:
                    outcome = outcome with { Threshold = TakeThreshold() };
                    break;
                case 4:
                    outcome = outcome with { At = TakeOffset() };
                    break;
            }
        }

        return outcome;
    }

    private string TakeProfile()
    {
        Token token = scanner.Current;
        string name = scanner.TakeName("the name of a profile");
        if (!draft.ProfileNames.Contains(name))
            scanner.Fail(token, $"expected the name of a profile: {string.Join(", ", draft.ProfileNames)}");
        return name;
    }

    private double TakeThreshold()
    {
        if (double.TryParse(scanner.Current.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double threshold))
            scanner.Take();
        else
            scanner.Expected("a number");
        return threshold;
    }

    private TimeSpan TakeOffset()
    {
        string text = scanner.Current.Text;
        if (StepReader.IsOffset(scanner.Current) && DurationText.TryParse(text.AsSpan(1), out TimeSpan offset))
        {
            scanner.Take();
            return offset;
        }

        scanner.Expected("an offset from the start like +5m");
        return default;
    }
}
