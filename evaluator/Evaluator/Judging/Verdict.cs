namespace Defender.Evaluator.Judging;

/// <summary>What a value is held to be.</summary>
/// <param name="Conforms">Whether it is normal.</param>
/// <param name="Threshold">The percentile or the model's bound it was compared with; null for fixed values.</param>
internal readonly record struct Verdict(bool Conforms, double? Threshold);
