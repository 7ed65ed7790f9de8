using System;
using Defender.Evaluator.Addresses;

namespace Defender.Evaluator.Reports;

/// <summary>
/// The far end of a connection as agents write it (R14): <c>a.b.c.d:port</c>, <c>[v6]:port</c>, or an IPv6 address without
/// brackets whose last colon starts the port. A zone (<c>%eth0</c>) is dropped: it names an interface of the device.
/// </summary>
/// <param name="Address">IPv4-mapped IPv6 addresses are their IPv4 form.</param>
/// <param name="Port">1 to 65535.</param>
public readonly record struct RemoteAddress(IpAddress Address, ushort Port)
{
    /// <summary>Reads the UTF-8 text; no host names, networks, blanks, leading zeros or shortened IPv4 forms.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out RemoteAddress remote)
    {
        if (TryParseIPv4(text, out remote))
            return true;
        int colon = text.LastIndexOf((byte)':');
        if (colon < 0 || !TryParsePort(text[(colon + 1)..], out ushort port))
            return false;
        ReadOnlySpan<byte> host = text[..colon];
        bool isBracketed = host.StartsWith((byte)'[');
        if (isBracketed)
        {
            if (!host.EndsWith((byte)']'))
                return false;
            host = host[1..^1];
        }

        bool isIPv6 = host.Contains((byte)':');
        if (isBracketed && !isIPv6)
            return false;
        if (isIPv6 && !TryDropZone(ref host))
            return false;
        if (!IpAddress.TryParse(host, out IpAddress address))
            return false;
        remote = new(address, port);
        return true;
    }

    // What most connections are, in one pass. Everything else, mistakes included, is looked at again.
    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out RemoteAddress remote)
    {
        remote = default;
        uint bits = 0, octet = 0;
        int digits = 0, dots = 0;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                if (digits > 0 && octet == 0)
                    return false;
                octet = octet * 10 + digit;
                digits++;
                if (octet > 255)
                    return false;
                continue;
            }

            if (digits == 0)
                return false;
            bits = bits << 8 | octet;
            if (dots == 3)
            {
                if (text[i] != ':' || !TryParsePort(text[(i + 1)..], out ushort port))
                    return false;
                remote = new(IpAddress.FromIPv4(bits), port);
                return true;
            }

            if (text[i] != '.')
                return false;
            dots++;
            octet = 0;
            digits = 0;
        }

        return false;
    }

    private static bool TryDropZone(ref ReadOnlySpan<byte> host)
    {
        int percent = host.IndexOf((byte)'%');
        if (percent < 0)
            return true;
        ReadOnlySpan<byte> zone = host[(percent + 1)..];
        host = host[..percent];

        // RFC 4007 leaves zones to the device; a bracket or a second percent sign is no part of an interface's name.
        return !zone.IsEmpty && !zone.ContainsAnyInRange((byte)0, (byte)' ') && !zone.ContainsAny((byte)'[', (byte)']', (byte)'%');
    }

    private static bool TryParsePort(ReadOnlySpan<byte> text, out ushort port)
    {
        port = 0;
        if (text.Length is 0 or > 5 || text[0] == '0')
            return false;
        int value = 0;
        foreach (byte b in text)
        {
            if ((uint)(b - '0') > 9)
                return false;
            value = value * 10 + (b - '0');
        }

        port = (ushort)value;
        return value <= ushort.MaxValue;
    }
}
