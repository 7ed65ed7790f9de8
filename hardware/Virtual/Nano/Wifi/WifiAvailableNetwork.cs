namespace System.Device.Wifi;

/// <summary>A network that a scan found.</summary>
public sealed class WifiAvailableNetwork
{
    internal WifiAvailableNetwork(string ssid, double dbm)
    {
        Ssid = ssid;
        NetworkRssiInDecibelMilliwatts = dbm;
    }

    public string Ssid { get; }

    public double NetworkRssiInDecibelMilliwatts { get; }
}
