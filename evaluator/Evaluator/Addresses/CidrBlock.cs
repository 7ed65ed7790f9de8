using System;
using System.Globalization;

namespace Defender.Evaluator.Addresses;

/// <summary>
/// A network in CIDR notation: an address and the number of leading bits that count. An address without a prefix
/// length is a network of one. Bits behind the prefix are ignored, as AWS does not ask for them to be zero.
/// </summary>
public readonly record struct CidrBlock
{
    private CidrBlock(IpAddress first, IpAddress last, int prefixLength, bool isIPv4)
    {
        First = first;
        Last = last;
        PrefixLength = prefixLength;
        IsIPv4 = isIPv4;
    }

    /// <summary>The lowest address of the network.</summary>
    public IpAddress First { get; }

    /// <summary>The highest address of the network.</summary>
    public IpAddress Last { get; }

    /// <summary>0 to 32 for IPv4, 0 to 128 for IPv6.</summary>
    public int PrefixLength { get; }

    /// <summary>Whether the network was written as an IPv4 one; an IPv6 network never holds IPv4 addresses.</summary>
    public bool IsIPv4 { get; }

    /// <summary>Whether the address belongs to this network.</summary>
    public bool Contains(IpAddress address) => address.IsIPv4 == IsIPv4 && address >= First && address <= Last;

    /// <summary>Reads <c>address</c> or <c>address/prefix</c>; the prefix in decimal without sign or leading zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CidrBlock block)
    {
        block = default;
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> addressText = slash < 0 ? text : text[..slash];
        if (!IpAddress.TryParse(addressText, out IpAddress address))
            return false;
        bool isIPv4 = address.IsIPv4 && !addressText.Contains(':');
        int width = isIPv4 ? 32 : 128;
        int prefix = width;
        if (slash >= 0 && !TryParsePrefix(text[(slash + 1)..], width, out prefix))
            return false;

        // A mapped IPv6 network of at least 96 bits is the IPv4 network it names.
        if (!isIPv4 && address.IsIPv4 && prefix >= 96)
        {
            isIPv4 = true;
            width = 32;
            prefix -= 96;
        }

        int hostBits = width - prefix;
        UInt128 hostMask = hostBits == 128 ? UInt128.MaxValue : (UInt128.One << hostBits) - 1;
        block = new CidrBlock(new(address.Bits & ~hostMask), new(address.Bits | hostMask), prefix, isIPv4);
        return true;
    }

    private static bool TryParsePrefix(ReadOnlySpan<char> text, int width, out int prefix)
    {
        prefix = 0;
        return text.Length is >= 1 and <= 3
            && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            && prefix <= width;
    }

    /// <summary>The network in CIDR notation, bits behind the prefix as zeros.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}/{PrefixLength}");
}
