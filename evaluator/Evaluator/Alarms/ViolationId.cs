using System;
using System.Buffers;
using System.Security.Cryptography;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Alarms;

/// <summary>
/// The id of a violation: 32 hex digits, as AWS's samples have it. It is computed, not drawn, so that datapoints which
/// are judged again after a crash open the same alarm and not a second one.
/// </summary>
internal static class ViolationId
{
    private const int Bytes = 16;

    /// <param name="thingName">The thing.</param>
    /// <param name="behavior">Stands for the profile, the behavior and its definition.</param>
    /// <param name="startedAt">Time of the in-alarm event, Unix milliseconds.</param>
    /// <param name="ordinal">Alarms of this behavior and thing before: tells two of one millisecond apart.</param>
    public static string Of(string thingName, BehaviorKey behavior, long startedAt, uint ordinal)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new SnapshotWriter(bytes);
        writer.String(thingName);
        writer.UInt64(behavior.Bits);
        writer.Signed(startedAt);
        writer.Number(ordinal);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash[..Bytes]);
    }
}
