using System.Collections.Generic;
using System.Net;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Collectors.Interfaces;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>An address table with eth0 (two IPv4 addresses and a global IPv6 one) and wlan0 (link-local); wlan7 has index 7.</summary>
internal sealed class FakeAddresses : IAddressTable
{
    private readonly Dictionary<IpValue, string> _interfaces = new()
    {
        [IpValue.From(IPAddress.Parse("192.0.2.2"))] = "eth0",
        [IpValue.From(IPAddress.Parse("192.0.2.77"))] = "eth0",
        [IpValue.From(IPAddress.Parse("2001:db8::2"))] = "eth0",
        [IpValue.From(IPAddress.Parse("fe80::fc:ff:fe00:1"))] = "wlan0",
    };

    public void Refresh()
    {
    }

    public string InterfaceOf(IpValue address) => _interfaces.GetValueOrDefault(address, "");

    public string NameOf(int index) => index == 7 ? "wlan7" : "";
}
