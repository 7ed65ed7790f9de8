using System;

namespace Defender.Evaluator.Addresses;

/// <summary>Strict dotted decimal: four octets, no leading zeros, nothing around them (R14).</summary>
internal static class IPv4Text
{
    public static bool TryParse(ReadOnlySpan<byte> text, out IpAddress address)
    {
        address = default;
        uint bits = 0;
        int position = 0;
        for (int octet = 0; octet < 4; octet++)
        {
            if (octet > 0 && (position == text.Length || text[position++] != '.'))
                return false;
            int start = position;
            uint value = 0;
            while (position < text.Length && position - start < 3 && (uint)(text[position] - '0') <= 9)
                value = value * 10 + (uint)(text[position++] - '0');
            int digits = position - start;
            if (digits == 0 || value > 255 || (digits > 1 && text[start] == '0'))
                return false;
            bits = bits << 8 | value;
        }

        if (position != text.Length)
            return false;
        address = IpAddress.FromIPv4(bits);
        return true;
    }
}
