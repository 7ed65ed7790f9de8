using System;
using System.Buffers.Binary;
using System.Globalization;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// A row of /proc/net/tcp, tcp6, udp or udp6: <c>sl local_address:port rem_address:port st ...</c>, all in hex.
/// An address is printed as 32-bit words of the machine's own byte order, so on little-endian machines each word is reversed.
/// </summary>
internal static class ProcSocketLine
{
    private const int HexDigitsOfWord = 8;
    private const int HexDigitsOfIpv6 = 32;

    public static bool TryParse(ReadOnlySpan<byte> line, out SocketRow row)
    {
        row = default;
        ReadOnlySpan<byte> slot = NextField(ref line);
        if (slot.Length < 2 || slot[^1] != ':'
            || !TryParseEndpoint(NextField(ref line), out IpValue local, out int localPort)
            || !TryParseEndpoint(NextField(ref line), out IpValue remote, out int remotePort)
            || !TryParseHex(NextField(ref line), 2, out uint state))
        {
            return false;
        }

        row = new SocketRow(local, localPort, remote, remotePort, (int)state);
        return true;
    }

    private static bool TryParseEndpoint(ReadOnlySpan<byte> field, out IpValue address, out int port)
    {
        address = default;
        port = 0;
        int colon = field.IndexOf((byte)':');
        if (colon < 0 || !TryParseHex(field[(colon + 1)..], 4, out uint portValue))
            return false;

        port = (int)portValue;
        return TryParseAddress(field[..colon], out address);
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> field, out IpValue address)
    {
        address = default;
        if (field.Length == HexDigitsOfWord)
        {
            if (!TryParseWord(field, out uint ipv4))
                return false;
            address = IpValue.FromIpv4(ipv4);
            return true;
        }

        if (field.Length != HexDigitsOfIpv6)
            return false;

        UInt128 bits = 0;
        for (int start = 0; start < HexDigitsOfIpv6; start += HexDigitsOfWord)
        {
            if (!TryParseWord(field.Slice(start, HexDigitsOfWord), out uint word))
                return false;
            bits = (bits << 32) | word;
        }

        address = new IpValue(bits);
        return true;
    }

    private static bool TryParseWord(ReadOnlySpan<byte> field, out uint networkOrderValue)
    {
        bool isHex = TryParseHex(field, HexDigitsOfWord, out uint printed);
        networkOrderValue = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(printed) : printed;
        return isHex;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> field, int digits, out uint value)
    {
        value = 0;
        return field.Length == digits
            && uint.TryParse(field, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> rest = line.TrimStart((byte)' ');
        int end = rest.IndexOf((byte)' ');
        ReadOnlySpan<byte> field = end < 0 ? rest : rest[..end];
        line = rest[field.Length..];
        return field;
    }
}
