using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Defender.Evaluator.Addresses;

namespace Defender.Gateway.Alerts.Sinks;

/// <summary>Who can be behind an address that a name in a configuration leads to.</summary>
internal enum AddressScope
{
    /// <summary>Somebody on the Internet.</summary>
    Public,

    /// <summary>This machine or its own network: loopback, RFC 1918, RFC 6598, RFC 4193.</summary>
    Private,

    /// <summary>Nobody who takes web requests: link-local with the metadata services of clouds, multicast, unspecified, reserved.</summary>
    Never,
}

/// <summary>Sorts addresses by <see cref="AddressScope"/>; what carries an IPv4 address inside is sorted as that.</summary>
internal static class AddressScopes
{
    private static readonly CidrSet PrivateNetworks = Networks(
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "::1/128", "fc00::/7");

    private static readonly CidrSet IPv4WithoutServers = Networks(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    // IANA: of IPv6 only 2000::/3 is given out.
    private static readonly CidrSet IPv6WithServers = Networks("2000::/3");
    private static readonly CidrSet IPv6WithoutServers = Networks("2001::/23", "2001:db8::/32", "3fff::/20");

    // RFC 3056: an IPv4 address in bits 16 to 47. RFC 6052: in the last 32 bits.
    private static readonly CidrSet SixToFour = Networks("2002::/16");
    private static readonly CidrSet Translated = Networks("64:ff9b::/96");

    /// <summary>The scope of an address.</summary>
    public static AddressScope Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        // Without the zone: fe80::1%eth0.
        if (!IpAddress.TryParse(new IPAddress(address.GetAddressBytes()).ToString(), out IpAddress bits))
            return AddressScope.Never;
        if (PrivateNetworks.Contains(bits))
            return AddressScope.Private;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IPv4WithoutServers.Contains(bits) ? AddressScope.Never : AddressScope.Public;
        if (SixToFour.Contains(bits))
            return Of(new IPAddress(address.GetAddressBytes()[2..6]));
        if (Translated.Contains(bits))
            return Of(new IPAddress(address.GetAddressBytes()[12..]));
        return IPv6WithServers.Contains(bits) && !IPv6WithoutServers.Contains(bits) ? AddressScope.Public : AddressScope.Never;
    }

    private static CidrSet Networks(params string[] networks) => new(networks.Select(text =>
        CidrBlock.TryParse(text, out CidrBlock block) ? block : throw new FormatException(text)));
}
