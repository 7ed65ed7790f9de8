using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Defender.Evaluator.Scenarios;

/// <summary>A step of which something else came than the scenario says.</summary>
/// <param name="Line">Where the step starts in the file, from 1.</param>
/// <param name="Step">Its first line.</param>
/// <param name="Differences">
/// One line each: <c>  </c> what came as expected, <c>- </c> what is expected and did not come, <c>+ </c> what came
/// and is not expected, <c>! </c> an alarm that ended under another violation id than it began with. A line behind
/// <c>+ </c> can be copied into the scenario behind an arrow.
/// </param>
public sealed record ScenarioFailure(int Line, string Step, ImmutableArray<string> Differences)
{
    /// <summary>The step, and the differences indented below it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"line {Line}: {Step}");
        foreach (string difference in Differences)
            text.Append("\n  ").Append(difference);
        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(ScenarioFailure? other) =>
        other is not null && Line == other.Line && Step == other.Step && Differences.SequenceEqual(other.Differences);

    /// <inheritdoc/>
    public override int GetHashCode() => Line;
}
