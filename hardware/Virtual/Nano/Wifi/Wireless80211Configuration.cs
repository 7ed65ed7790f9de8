using Defender.Hardware.Virtual.Nano;

namespace System.Net.NetworkInformation;

/// <summary>The stored Wi-Fi configuration.</summary>
public sealed class Wireless80211Configuration
{
    private Wireless80211Configuration()
    {
    }

    public string Ssid => VirtualDevice.StoredSsid;

    public static Wireless80211Configuration[] GetAllWireless80211Configurations() => [new()];
}
