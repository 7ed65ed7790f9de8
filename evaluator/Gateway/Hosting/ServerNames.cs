using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

namespace Defender.Gateway.Hosting;

/// <summary>The names and addresses that devices may know a gateway by.</summary>
internal static class ServerNames
{
    /// <summary>Those of the machine and those that the options give.</summary>
    public static IReadOnlyCollection<string> Of(GatewayOptions options)
    {
        var names = new List<string> { "localhost", "127.0.0.1", "::1", Environment.MachineName };
        if (options.EndpointAddress is { } endpoint)
            names.Add(endpoint);
        if (options.Listeners.TlsAddress is { } address && !address.Equals(IPAddress.IPv6Any) && !address.Equals(IPAddress.Any))
            names.Add(address.ToString());
        names.AddRange(options.Listeners.TlsNames);
        return [.. names.Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether a text can be a name or an address of a server.</summary>
    public static bool IsName(string text) => Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6;
}
