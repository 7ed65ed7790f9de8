namespace System.Device.Wifi;

/// <summary>The networks of one scan.</summary>
public sealed class WifiNetworkReport
{
    internal WifiNetworkReport(WifiAvailableNetwork[] networks) => AvailableNetworks = networks;

    public WifiAvailableNetwork[] AvailableNetworks { get; }
}
