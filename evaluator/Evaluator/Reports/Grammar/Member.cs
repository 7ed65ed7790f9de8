namespace Defender.Evaluator.Reports.Grammar;

/// <summary>A member that a report's object may have.</summary>
/// <param name="Name">The long spelling.</param>
/// <param name="ShortName">The short one, if there is one.</param>
/// <param name="Value">The place of its value.</param>
/// <param name="IsRequired">Whether its absence breaks the rule of its value.</param>
internal sealed record Member(string Name, string? ShortName, Slot Value, bool IsRequired = false);
