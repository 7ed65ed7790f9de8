namespace Defender.Evaluator.Snapshots;

/// <summary>Why saved state was refused.</summary>
/// <param name="Code">What is wrong.</param>
/// <param name="Position">Bytes read before it.</param>
public readonly record struct SnapshotError(SnapshotErrorCode Code, int Position)
{
    /// <summary>What happened and what to do, for a log.</summary>
    public string Message => Code switch
    {
        SnapshotErrorCode.None => "no error",
        SnapshotErrorCode.Truncated => $"saved state ends early, at byte {Position}; start without it",
        SnapshotErrorCode.UnknownVersion => "saved state is of a version that this build does not know; start without it",
        SnapshotErrorCode.TrailingBytes => $"saved state goes on after its end at byte {Position}; start without it",
        _ => $"saved state holds an impossible value before byte {Position}; start without it",
    };
}

/// <summary>Kinds of <see cref="SnapshotError"/>.</summary>
public enum SnapshotErrorCode
{
    /// <summary>Not refused.</summary>
    None,

    /// <summary>The bytes end in the middle of a value, or announce more than they hold.</summary>
    Truncated,

    /// <summary>The first byte is no version of this build.</summary>
    UnknownVersion,

    /// <summary>A value out of its range, out of order, or not in its shortest form.</summary>
    OutOfRange,

    /// <summary>Bytes after the last value.</summary>
    TrailingBytes,
}
