using System;

namespace Defender.Evaluator.Scenarios;

/// <summary>How much one scenario may hold: ours, so that a mistyped number costs a message and not an afternoon.</summary>
internal static class ScenarioLimits
{
    /// <summary>Bytes of the scenario file.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>Things that are declared or mentioned.</summary>
    public const int MaxThings = 1000;

    /// <summary>Profiles by name.</summary>
    public const int MaxProfiles = 100;

    /// <summary>Things that are done, with each repetition of each line.</summary>
    public const int MaxActions = 100_000;

    /// <summary>Outcomes that one step expects.</summary>
    public const int MaxExpected = 1000;

    /// <summary>From the first instant to the last: AWS keeps violations for 30 days.</summary>
    public static readonly TimeSpan MaxLength = TimeSpan.FromDays(31);
}
