using System;

namespace Defender.Evaluator.Judging;

/// <summary>How a <see cref="Judge"/> judges where AWS leaves room. Immutable; equal options and inputs give equal events.</summary>
public sealed record JudgeOptions
{
    /// <summary>The defaults.</summary>
    public static JudgeOptions Default { get; } = new();

    /// <summary>
    /// Whether an upper bound (less-than, less-than-equals) on a count that is summed over a window is judged as soon
    /// as the sum breaks it, not at the window's end. It counts as the window's one datapoint either way. Default true.
    /// </summary>
    public bool EarlyJudgement { get; init; } = true; // DEV-02

    /// <summary>
    /// An alarm whose metric has had no datapoint for longer than this becomes void. Default 2 days, as AWS has it.
    /// Anything from one hour up makes sense; it has to be longer than the slowest thing's report interval.
    /// </summary>
    public TimeSpan SilenceBeforeInvalidation { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// How long after its end a cloud-side window waits for its last period before <see cref="Judge.Advance"/> closes it.
    /// Default 60 s: AWS's own answers come about 36 s after the end of a period. The period that ends with the window
    /// closes it at once.
    /// </summary>
    public TimeSpan WindowGrace { get; init; } = TimeSpan.FromSeconds(60);
}
