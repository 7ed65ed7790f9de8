using System.Collections.Generic;
using System.Net.NetworkInformation;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The address table of the system's interfaces, secondary and link-local addresses included.</summary>
internal sealed class SystemAddressTable : IAddressTable
{
    private readonly Dictionary<IpValue, string> _interfaces = [];

    public void Refresh()
    {
        _interfaces.Clear();
        foreach (NetworkInterface networkInterface in NetworkInterface.GetAllNetworkInterfaces())
        {
            string name = WithoutLabel(networkInterface.Name);
            foreach (UnicastIPAddressInformation information in networkInterface.GetIPProperties().UnicastAddresses)
                Add(IpValue.From(information.Address), name);
        }
    }

    public string InterfaceOf(IpValue address) => _interfaces.GetValueOrDefault(address, "");

    // The same link-local address may sit on several interfaces with one MAC: then the address alone names none of them.
    private void Add(IpValue address, string name)
    {
        if (!_interfaces.TryAdd(address, name) && _interfaces[address] != name)
            _interfaces[address] = "";
    }

    // An address may carry a label such as eth0:1; the interface is eth0.
    private static string WithoutLabel(string name)
    {
        int colon = name.IndexOf(':');
        return colon < 0 ? name : name[..colon];
    }
}
