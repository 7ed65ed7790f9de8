using System;

namespace Defender.Evaluator.Addresses;

/// <summary>RFC 4291 section 2.2: eight groups of one to four hex digits, one <c>::</c>, dotted decimal at the end.</summary>
internal static class IPv6Text
{
    /// <summary><c>ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255</c>.</summary>
    public const int MaxLength = 45;

    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        if (text.Length is < 2 or > MaxLength)
            return false;

        Span<ushort> groups = stackalloc ushort[8];
        int count = 0, gap = -1, position = 0;
        if (text[0] == ':')
        {
            if (text[1] != ':')
                return false;
            gap = 0;
            position = 2;
        }

        while (position < text.Length)
        {
            if (count == 8)
                return false;
            ReadOnlySpan<byte> rest = text[position..];
            int end = rest.IndexOf((byte)':');
            ReadOnlySpan<byte> group = end < 0 ? rest : rest[..end];
            if (end < 0 && group.Contains((byte)'.'))
            {
                if (count > 6 || !IPv4Text.TryParse(group, out IpAddress tail))
                    return false;
                groups[count++] = (ushort)(tail.IPv4Bits >> 16);
                groups[count++] = (ushort)tail.IPv4Bits;
                break;
            }

            if (!TryParseGroup(group, out groups[count]))
                return false;
            count++;
            position += group.Length;
            if (position == text.Length)
                break;
            position++; // the colon
            if (position == text.Length)
                return false;
            if (text[position] == ':')
            {
                if (gap >= 0)
                    return false;
                gap = count;
                position++;
            }
        }

        if (gap < 0 ? count != 8 : count > 7)
            return false;
        address = new IpAddress(Join(groups, count, gap));
        return true;
    }

    private static bool TryParseGroup(ReadOnlySpan<byte> text, out ushort value)
    {
        value = 0;
        if (text.Length is 0 or > 4)
            return false;
        foreach (byte b in text)
        {
            if (!char.IsAsciiHexDigit((char)b))
                return false;
            value = (ushort)(value << 4 | HexValue(b));
        }

        return true;
    }

    private static int HexValue(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;

    private static UInt128 Join(ReadOnlySpan<ushort> groups, int count, int gap)
    {
        UInt128 bits = 0;
        for (int i = 0; i < 8; i++)
        {
            int missing = 8 - count;
            ushort group = gap < 0 || i < gap ? groups[i] : i < gap + missing ? (ushort)0 : groups[i - missing];
            bits = bits << 16 | group;
        }

        return bits;
    }
}
