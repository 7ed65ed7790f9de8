using System;
using System.Device.Wifi;
using System.Threading;
using Defender.Hardware.Virtual.Nano;

namespace nanoFramework.Networking;

/// <summary>Connects by the configuration stored on the device.</summary>
public static class WifiNetworkHelper
{
    /// <summary>Waits until there is a network, and a time where asked for, or the token ends the wait.</summary>
    /// <returns>Whether there is; never throws.</returns>
    public static bool Reconnect(bool requiresDateTime = false, int wifiAdapterId = 0, CancellationToken token = default)
    {
        try
        {
            _ = WifiAdapter.FindAllAdapters()[wifiAdapterId];
            return VirtualDevice.WaitForNetwork(token) && (!requiresDateTime || VirtualDevice.IsTimeSet);
        }
        catch (IndexOutOfRangeException)
        {
            return false;
        }
    }
}
