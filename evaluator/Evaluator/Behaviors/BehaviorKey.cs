using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Defender.Evaluator.Profiles;
using Defender.Evaluator.Snapshots;

namespace Defender.Evaluator.Behaviors;

/// <summary>
/// Names one definition of one behavior of one profile in 64 bits, the same in every process: the first bytes of the
/// SHA-256 of both names and all that decides how it judges. A behavior that is changed has another key, so state
/// kept under the old one is that of a behavior that is gone; <c>suppressAlerts</c> and <c>exportMetric</c> can be
/// changed under the same key.
/// </summary>
/// <param name="Bits">The hash.</param>
public readonly record struct BehaviorKey(ulong Bits)
{
    /// <summary>The key of a behavior as the profile defines it now.</summary>
    public static BehaviorKey Of(string securityProfileName, Behavior behavior)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new SnapshotWriter(bytes);
        writer.String(securityProfileName);
        BehaviorCodec.WriteDefinition(writer, behavior);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.WrittenSpan, hash);
        return new BehaviorKey(BinaryPrimitives.ReadUInt64BigEndian(hash));
    }
}
