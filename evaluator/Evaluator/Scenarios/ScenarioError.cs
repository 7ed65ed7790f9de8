using System.Globalization;

namespace Defender.Evaluator.Scenarios;

/// <summary>Why a scenario file cannot be read.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Message">What was expected, and what stands there instead: one sentence without a full stop.</param>
public readonly record struct ScenarioError(int Line, int Column, string Message)
{
    /// <summary><c>12:5: message</c>, to stand behind a file name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}: {Message}");
}
