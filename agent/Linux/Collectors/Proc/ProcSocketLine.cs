using System;
using System.Buffers.Binary;

namespace Defender.Agent.Linux.Collectors.Proc;

/// <summary>
/// A row of /proc/net/tcp, tcp6, udp or udp6: <c>sl: local_address:port rem_address:port st ...</c>, all in hex.
/// An address is printed as 32-bit words of the machine's own byte order, so on little-endian machines each word is reversed.
/// </summary>
internal static class ProcSocketLine
{
    private const int WordDigits = 8;
    private const int Ipv6Digits = 32;
    private const int PortDigits = 4;
    private const int StateDigits = 2;

    public static bool TryParse(ReadOnlySpan<byte> line, out SocketRow row)
    {
        row = default;
        int slot = line.IndexOf(": "u8);
        if (slot < 1)
            return false;

        // What follows has one form for each family: two endpoints and the state, a space after each.
        ReadOnlySpan<byte> fields = line[(slot + 2)..];
        int digits = fields.IndexOf((byte)':');
        int endpoint = digits + 1 + PortDigits;
        int state = 2 * (endpoint + 1);
        int end = state + StateDigits;
        if (digits is not (WordDigits or Ipv6Digits) || fields.Length < end || (fields.Length > end && fields[end] != ' ')
            || fields[endpoint] != ' ' || fields[endpoint + 1 + digits] != ':' || fields[state - 1] != ' ')
        {
            return false;
        }

        if (!TryParseAddress(fields[..digits], out IpValue local)
            || !TryParseHex(fields.Slice(digits + 1, PortDigits), out uint localPort)
            || !TryParseAddress(fields.Slice(endpoint + 1, digits), out IpValue remote)
            || !TryParseHex(fields.Slice(endpoint + 1 + digits + 1, PortDigits), out uint remotePort)
            || !TryParseHex(fields.Slice(state, StateDigits), out uint stateValue))
        {
            return false;
        }

        row = new SocketRow(local, (int)localPort, remote, (int)remotePort, (int)stateValue);
        return true;
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> field, out IpValue address)
    {
        address = default;
        if (!TryParseWord(field, 0, out uint first))
            return false;
        if (field.Length == WordDigits)
        {
            address = IpValue.FromIpv4(first);
            return true;
        }

        if (!TryParseWord(field, 1, out uint second) || !TryParseWord(field, 2, out uint third) || !TryParseWord(field, 3, out uint fourth))
            return false;
        address = new IpValue(new UInt128(((ulong)first << 32) | second, ((ulong)third << 32) | fourth));
        return true;
    }

    private static bool TryParseWord(ReadOnlySpan<byte> field, int word, out uint networkOrderValue)
    {
        bool isHex = TryParseHex(field.Slice(word * WordDigits, WordDigits), out uint printed);
        networkOrderValue = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(printed) : printed;
        return isHex;
    }

    // A hundred thousand rows have four million digits: the framework's parser, which knows cultures, takes as long as the kernel.
    private static bool TryParseHex(ReadOnlySpan<byte> field, out uint value)
    {
        value = 0;
        uint wrong = 0;
        foreach (byte letter in field)
        {
            uint digit = letter - (uint)'0';
            if (digit > 9)
            {
                digit = (letter | 0x20u) - 'a' + 10;
                wrong |= digit - 10 > 5 ? 1u : 0;
            }

            value = (value << 4) | (digit & 0xF);
        }

        return wrong == 0;
    }
}
