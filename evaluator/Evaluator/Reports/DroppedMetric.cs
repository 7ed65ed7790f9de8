namespace Defender.Evaluator.Reports;

/// <summary>A datapoint that its report was accepted without; <see cref="Report.NameOf"/> gives the metric.</summary>
/// <param name="Reason">Why.</param>
/// <param name="NameStart">Where the report keeps the name.</param>
/// <param name="NameLength">Its length in bytes.</param>
public readonly record struct DroppedMetric(DropReason Reason, int NameStart, int NameLength);
