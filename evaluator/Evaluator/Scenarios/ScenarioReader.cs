using System;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;
using Defender.Evaluator.Scenarios.Reading;

namespace Defender.Evaluator.Scenarios;

/// <summary>Reads scenario files; docs/scenarios.md has their grammar.</summary>
public static class ScenarioReader
{
    /// <summary>Reads a scenario, with the profiles and reports that it names.</summary>
    /// <param name="text">UTF-8, at most 1 MiB.</param>
    /// <param name="files">Where the files that it names come from.</param>
    /// <param name="scenario">The scenario, when there is no mistake.</param>
    /// <param name="error">The first mistake.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> text, ScenarioFiles files, [NotNullWhen(true)] out Scenario? scenario, out ScenarioError error)
    {
        scenario = null;
        if (text.Length > ScenarioLimits.MaxBytes)
        {
            error = new ScenarioError(1, 1, $"expected at most {ScenarioLimits.MaxBytes} bytes");
            return false;
        }

        if (!Utf8.IsValid(text))
        {
            error = new ScenarioError(1, 1, "expected text in UTF-8");
            return false;
        }

        var scanner = new ScenarioScanner(text.ToArray());
        var draft = new ScenarioDraft(scanner, files);
        new HeaderReader(scanner, draft).Read();
        new StepReader(scanner, draft).Read();
        error = scanner.Error;
        if (!scanner.Failed)
            scenario = draft.ToScenario();
        return !scanner.Failed;
    }
}
