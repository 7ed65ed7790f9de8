using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Defender.Evaluator.Reports;

/// <summary>
/// Tells payloads apart: the first 128 bits of SHA-256. A device that finds two payloads with one digest only hides a report
/// of its own.
/// </summary>
/// <param name="Bits">The digest, first byte most significant.</param>
public readonly record struct PayloadDigest(UInt128 Bits)
{
    /// <summary>The digest of a payload.</summary>
    public static PayloadDigest Of(ReadOnlySpan<byte> payload)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        return new(BinaryPrimitives.ReadUInt128BigEndian(hash));
    }
}
