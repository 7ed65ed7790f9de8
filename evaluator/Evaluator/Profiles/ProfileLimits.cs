using System;

namespace Defender.Evaluator.Profiles;

/// <summary>How much one security profile document may hold. The defaults are AWS's quotas where AWS has one.</summary>
public sealed record ProfileLimits
{
    /// <summary>AWS's quotas and our bounds.</summary>
    public static ProfileLimits Default { get; } = new();

    /// <summary>Bytes of a document. Ours, default 1 MiB: 100 behaviors with 1000 values take about 100 KiB.</summary>
    public int MaxDocumentBytes { get; init; } = 1 << 20;

    /// <summary>Behaviors of a profile. AWS: 100.</summary>
    public int MaxBehaviors { get; init; } = 100;

    /// <summary>Counts, numbers, addresses, ports and strings of all behaviors of a profile together. AWS: 1000.</summary>
    public int MaxValueElements { get; init; } = 1000;

    /// <summary>Tags of a profile. AWS: 50.</summary>
    public int MaxTags { get; init; } = 50;

    /// <summary>Mistakes named in one answer, 1 or more; reading stops there. Ours, default 200.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to 0 or less: a mistake that cannot be named would pass.</exception>
    public int MaxErrors
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    } = 200;
}
