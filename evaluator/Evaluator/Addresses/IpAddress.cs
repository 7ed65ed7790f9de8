using System;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Defender.Evaluator.Addresses;

/// <summary>
/// An IPv4 or IPv6 address as one 128-bit number, IPv4 in its mapped form (<c>::ffff:a.b.c.d</c>), so that an
/// IPv4-mapped IPv6 address and its IPv4 form are the same value (R14).
/// </summary>
/// <param name="Bits">The address, most significant byte first on the wire.</param>
public readonly record struct IpAddress(UInt128 Bits) : IComparable<IpAddress>
{
    private static readonly UInt128 MappedPrefix = new(0, 0x0000_FFFF_0000_0000);

    /// <summary>Whether the address is an IPv4 one, in either spelling.</summary>
    public bool IsIPv4 => Bits >> 32 == MappedPrefix >> 32;

    /// <summary>The 32 bits of an IPv4 address; meaningless for others.</summary>
    public uint IPv4Bits => (uint)Bits;

    /// <summary>The address with these four octets, the first in the most significant byte.</summary>
    public static IpAddress FromIPv4(uint bits) => new(MappedPrefix | bits);

    /// <summary>
    /// Reads <c>a.b.c.d</c> (four decimal octets without leading zeros) or any RFC 4291 spelling of an IPv6 address.
    /// No zone, brackets, port, prefix length, host name, octal or hexadecimal octets.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address) =>
        text.Contains((byte)':') ? IPv6Text.TryParse(text, out address) : IPv4Text.TryParse(text, out address);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out IpAddress)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out IpAddress address)
    {
        address = default;
        Span<byte> bytes = stackalloc byte[IPv6Text.MaxLength];
        if (text.Length > bytes.Length)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] > 0x7F)
                return false;
            bytes[i] = (byte)text[i];
        }

        return TryParse(bytes[..text.Length], out address);
    }

    /// <inheritdoc/>
    public int CompareTo(IpAddress other) => Bits.CompareTo(other.Bits);

    /// <summary>Dotted decimal for IPv4, RFC 5952 text for IPv6.</summary>
    public override string ToString()
    {
        if (IsIPv4)
        {
            uint b = IPv4Bits;
            return string.Create(CultureInfo.InvariantCulture, $"{b >> 24}.{(b >> 16) & 0xFF}.{(b >> 8) & 0xFF}.{b & 0xFF}");
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(bytes).ToString();
    }

    /// <summary>Orders addresses by value, IPv4 by their mapped form.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "CompareTo is the named alternative.")]
    public static bool operator <(IpAddress left, IpAddress right) => left.Bits < right.Bits;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(IpAddress left, IpAddress right) => left.Bits > right.Bits;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator <=(IpAddress left, IpAddress right) => left.Bits <= right.Bits;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >=(IpAddress left, IpAddress right) => left.Bits >= right.Bits;
}
