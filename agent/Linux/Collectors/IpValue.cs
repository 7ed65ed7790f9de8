using System;
using System.Buffers.Binary;
using System.Net;

namespace Defender.Agent.Linux.Collectors;

/// <summary>An address in 16 bytes; IPv4 is kept as ::ffff:a.b.c.d, so an IPv4-mapped address is the IPv4 address it is.</summary>
internal readonly record struct IpValue(UInt128 Bits)
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000_FFFF_0000_0000);

    /// <summary>:: or 0.0.0.0: bound to every address, or no peer.</summary>
    public bool IsUnspecified => Bits == UInt128.Zero || Bits == MappedPrefix;

    /// <summary>::1 or 127.0.0.0/8.</summary>
    public bool IsLoopback => Bits == UInt128.One || Bits >> 24 == (MappedPrefix >> 24) + 127;

    public static IpValue FromIpv4(uint networkOrderValue) => new(MappedPrefix + networkOrderValue);

    public static IpValue From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out int length))
            throw new ArgumentException("neither IPv4 nor IPv6", nameof(address));
        return length == 4
            ? FromIpv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new IpValue(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>Writes the 16 bytes in network order.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
}
