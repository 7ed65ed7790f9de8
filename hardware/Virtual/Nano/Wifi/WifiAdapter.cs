using System.Linq;
using System.Threading;
using Defender.Hardware.Virtual.Nano;

namespace System.Device.Wifi;

public delegate void AvailableNetworksChangedEventHandler(WifiAdapter sender, object e);

/// <summary>The Wi-Fi adapter of the device.</summary>
public sealed class WifiAdapter
{
    private static readonly WifiAdapter Only = new();

    private WifiAdapter()
    {
    }

    /// <summary>Raised on a thread of its own when a scan has ended.</summary>
    public event AvailableNetworksChangedEventHandler? AvailableNetworksChanged;

    /// <summary>What the last scan found.</summary>
    public WifiNetworkReport NetworkReport { get; private set; } = new([]);

    public static WifiAdapter[] FindAllAdapters() => VirtualDevice.HasAdapter ? [Only] : [];

    /// <summary>Begins a scan.</summary>
    /// <exception cref="InvalidOperationException">The radio is off.</exception>
    public void ScanAsync()
    {
        if (!VirtualDevice.HasAdapter)
            throw new InvalidOperationException("the radio is off");
        ThreadPool.QueueUserWorkItem(_ =>
        {
            NetworkReport = new WifiNetworkReport([.. VirtualDevice.Networks.Select(network => new WifiAvailableNetwork(network.Ssid, network.Dbm))]);
            AvailableNetworksChanged?.Invoke(this, NetworkReport);
        });
    }
}
