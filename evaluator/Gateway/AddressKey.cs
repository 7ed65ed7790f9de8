using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Defender.Gateway;

/// <summary>
/// The addresses that limits count as one: an IPv4 address, however it is written; of IPv6 a /64, since that is what one host
/// may take its addresses from (RFC 4291, section 2.5.1; RFC 6177).
/// </summary>
/// <param name="Bits">As IPv6; 0 where the transport does not say.</param>
internal readonly record struct AddressKey(UInt128 Bits)
{
    /// <summary>The key of an address.</summary>
    public static AddressKey Of(IPAddress? address)
    {
        if (address is null)
            return default;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6)
            bytes[8..].Clear();
        return new AddressKey(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>For keys of tables: 32 hex digits.</summary>
    public override string ToString() => $"{Bits:x32}";
}
