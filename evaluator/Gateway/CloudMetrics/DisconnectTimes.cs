using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Defender.Evaluator.Things;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// Since when clients are away, as the store keeps it: a version, then for each client the length of its id, the id, and
/// little-endian Unix milliseconds, 0 for one that is connected.
/// </summary>
internal static class DisconnectTimes
{
    private const byte Version = 1;

    /// <summary>Writes those whose time away is judged or retained; nothing where there are none.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<ClientCounters> clients)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Span<byte> time = stackalloc byte[sizeof(long)];
        foreach (ClientCounters client in clients)
        {
            if (!client.TryGetAbsence(out DateTimeOffset? since))
                continue;
            if (bytes.WrittenCount == 0)
                bytes.Write([Version]);
            BinaryPrimitives.WriteInt64LittleEndian(time, since?.ToUnixTimeMilliseconds() ?? 0);
            bytes.Write([(byte)client.ClientIdUtf8.Length]);
            bytes.Write(client.ClientIdUtf8);
            bytes.Write(time);
        }

        return bytes.WrittenMemory;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false where it is damaged or of another version.</summary>
    /// <param name="bytes">Not trusted.</param>
    /// <param name="startedAt">Since when those are taken to be away that were connected.</param>
    /// <param name="times">The clients.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, DateTimeOffset startedAt, [NotNullWhen(true)] out List<(string ClientId, DateTimeOffset DisconnectedAt)>? times)
    {
        times = null;
        var found = new List<(string, DateTimeOffset)>();
        if (!bytes.IsEmpty && bytes[0] != Version)
            return false;
        for (ReadOnlySpan<byte> rest = bytes.IsEmpty ? bytes : bytes[1..]; !rest.IsEmpty;)
        {
            int length = rest[0];
            if (rest.Length < 1 + length + sizeof(long) || !ThingName.IsValid(rest.Slice(1, length), out _))
                return false;
            long time = BinaryPrimitives.ReadInt64LittleEndian(rest[(1 + length)..]);
            if (time < 0 || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
                return false;
            found.Add((Encoding.UTF8.GetString(rest.Slice(1, length)), time == 0 ? startedAt : DateTimeOffset.FromUnixTimeMilliseconds(time)));
            rest = rest[(1 + length + sizeof(long))..];
        }

        times = found;
        return true;
    }
}
