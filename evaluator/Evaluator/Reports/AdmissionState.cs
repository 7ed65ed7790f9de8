using System;
using System.Buffers.Binary;

namespace Defender.Evaluator.Reports;

/// <summary>What must be remembered of a thing to admit its next report (R18). The default: no report was accepted yet.</summary>
/// <param name="LastAcceptedAt">When the last accepted report came; null before the first. Kept to 100 ns, in UTC.</param>
/// <param name="LastPayload">The digest of its payload.</param>
public readonly record struct AdmissionState(DateTimeOffset? LastAcceptedAt, PayloadDigest LastPayload)
{
    /// <summary>Bytes of a written state.</summary>
    public const int SizeInBytes = sizeof(long) + 16;

    /// <summary>The state after a report was accepted. A repeat that is answered unread leaves the state as it is.</summary>
    public AdmissionState Accept(PayloadDigest payload, DateTimeOffset receivedAt) =>
        this with { LastAcceptedAt = receivedAt.ToUniversalTime(), LastPayload = payload };

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ArgumentException">There are fewer than <see cref="SizeInBytes"/> bytes, or they hold no state.</exception>
    public static AdmissionState Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < SizeInBytes)
            throw new ArgumentException($"an admission state has {SizeInBytes} bytes, here are {bytes.Length}", nameof(bytes));
        long ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        if (ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks)
            throw new ArgumentException($"an admission state cannot have the time of {ticks} ticks", nameof(bytes));
        if (ticks == 0)
            return default;
        return new(new DateTimeOffset(ticks, TimeSpan.Zero), new(BinaryPrimitives.ReadUInt128LittleEndian(bytes[sizeof(long)..])));
    }

    /// <summary>
    /// Writes the state to the first <see cref="SizeInBytes"/> bytes, little-endian: UTC ticks or 0 for none, then the digest.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public void Write(Span<byte> bytes)
    {
        if (bytes.Length < SizeInBytes)
            throw new ArgumentException($"an admission state needs {SizeInBytes} bytes, here are {bytes.Length}", nameof(bytes));
        BinaryPrimitives.WriteInt64LittleEndian(bytes, LastAcceptedAt?.UtcTicks ?? 0);
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[sizeof(long)..], LastPayload.Bits);
    }
}
