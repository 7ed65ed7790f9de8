using System.Collections.Generic;
using System.Net;
using Defender.Agent.Linux.Collectors;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>An address table with eth0 (two IPv4 addresses and a global IPv6 one) and wlan0 (link-local).</summary>
internal sealed class FakeAddresses : IAddressTable
{
    private readonly Dictionary<IpValue, string> _interfaces = new()
    {
        [IpValue.From(IPAddress.Parse("192.0.2.2"))] = "eth0",
        [IpValue.From(IPAddress.Parse("192.0.2.77"))] = "eth0",
        [IpValue.From(IPAddress.Parse("2001:db8::2"))] = "eth0",
        [IpValue.From(IPAddress.Parse("fe80::fc:ff:fe00:1"))] = "wlan0",
    };

    public int Refreshes { get; private set; }

    public void Refresh() => Refreshes++;

    public string InterfaceOf(IpValue address) => _interfaces.GetValueOrDefault(address, "");
}
