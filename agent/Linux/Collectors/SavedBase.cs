using System;
using System.Buffers.Binary;
using Defender.Agent.Core.Counters;

namespace Defender.Agent.Linux.Collectors;

/// <summary>
/// The base of the deltas as bytes, for the file that outlives the process: version, boot id, network namespace, time of day and
/// of the monotonic clock in milliseconds, then what <see cref="DeltaCounters"/> keeps. Whoever stores it adds the checksum.
/// </summary>
internal static class SavedBase
{
    private const byte Version = 1;
    private const int BootOffset = 1;
    private const int NamespaceOffset = BootOffset + 16;
    private const int WallOffset = NamespaceOffset + 8;
    private const int UptimeOffset = WallOffset + 8;
    private const int HeadBytes = UptimeOffset + 8;

    // Without a boot id: how far apart the two clocks may have drifted, or been set, before they stop proving the same boot.
    private const long MaxClockStepMs = 10_000;

    /// <returns>Bytes of the base; 0 when there is none yet or <paramref name="destination"/> is too small.</returns>
    public static int Write(DeltaCounters deltas, CounterPlace place, long wallMs, long uptimeMs, Span<byte> destination)
    {
        byte[] saved = new byte[deltas.SavedBytes];
        if (saved.Length == 0 || destination.Length < HeadBytes + saved.Length || deltas.Save(saved, 0) == 0)
            return 0;

        destination[0] = Version;
        place.Boot.TryWriteBytes(destination[BootOffset..]);
        BinaryPrimitives.WriteInt64BigEndian(destination[NamespaceOffset..], place.Namespace);
        BinaryPrimitives.WriteInt64BigEndian(destination[WallOffset..], wallMs);
        BinaryPrimitives.WriteInt64BigEndian(destination[UptimeOffset..], uptimeMs);
        saved.CopyTo(destination[HeadBytes..]);
        return HeadBytes + saved.Length;
    }

    /// <returns>False when the bytes are no base, or one whose relation to the counters of now is not certain.</returns>
    public static bool TryRead(DeltaCounters deltas, CounterPlace place, long wallMs, long uptimeMs, ReadOnlySpan<byte> saved)
    {
        if (saved.Length <= HeadBytes || saved[0] != Version)
            return false;

        CounterPlace then = new(
            new Guid(saved.Slice(BootOffset, 16)), BinaryPrimitives.ReadInt64BigEndian(saved[NamespaceOffset..]));
        long wallThenMs = BinaryPrimitives.ReadInt64BigEndian(saved[WallOffset..]);
        long uptimeThenMs = BinaryPrimitives.ReadInt64BigEndian(saved[UptimeOffset..]);

        bool isRebooted;
        if (place.Boot != Guid.Empty && then.Boot != Guid.Empty)
            isRebooted = place.Boot != then.Boot;
        else if (uptimeMs < uptimeThenMs)
            isRebooted = true;
        else if (Int128.Abs((Int128)wallMs - wallThenMs - (uptimeMs - uptimeThenMs)) <= MaxClockStepMs)
            isRebooted = false;
        else
            return false;

        // Another namespace of the same boot may be older or younger than the base: what its counters gained is not known.
        if (!isRebooted && place.Namespace != then.Namespace)
            return false;

        byte[] counters = saved[HeadBytes..].ToArray();
        return deltas.TryRestore(counters, 0, counters.Length, countersRestarted: isRebooted);
    }
}
