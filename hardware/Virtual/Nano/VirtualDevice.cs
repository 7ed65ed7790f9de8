using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading;

namespace Defender.Hardware.Virtual.Nano;

/// <summary>
/// The device around the firmware: its network, its clock, its certificates. One for each process, as on the device, where the
/// packages keep the same things in statics. Safe for several threads.
/// </summary>
internal static class VirtualDevice
{
    private static readonly ManualResetEvent NetworkUp = new(initialState: true);

    /// <summary>Whether the device has a Wi-Fi adapter at all.</summary>
    public static bool HasAdapter { get; set; } = true;

    /// <summary>Whether Wi-Fi is connected and has an address.</summary>
    public static bool IsNetworkUp
    {
        get => NetworkUp.WaitOne(0);
        set
        {
            if (value)
                NetworkUp.Set();
            else
                NetworkUp.Reset();
        }
    }

    /// <summary>Whether a time server answers.</summary>
    public static bool HasTimeServer { get; set; } = true;

    /// <summary>Whether the clock was set since the start: a device has no battery, its clock begins in 1970.</summary>
    public static bool IsTimeSet { get; set; }

    /// <summary>The network of the stored Wi-Fi configuration.</summary>
    public static string StoredSsid { get; set; } = "virtual";

    /// <summary>What a scan finds: name and strength in dBm.</summary>
    public static (string Ssid, double Dbm)[] Networks { get; set; } = [("virtual", -42)];

    /// <summary>The certificate and key stored on the device; null for none.</summary>
    public static X509Certificate2? Certificate { get; set; }

    /// <summary>The bundle of authorities stored on the device.</summary>
    public static X509Certificate2Collection Authorities { get; } = [];

    /// <summary>Resolves a name; tests put another one here.</summary>
    public static Func<string, IPAddress> Resolve { get; set; } = ResolveByDns;

    /// <summary>A device that was just switched on.</summary>
    public static void Reset()
    {
        HasAdapter = true;
        IsNetworkUp = true;
        HasTimeServer = true;
        IsTimeSet = false;
        StoredSsid = "virtual";
        Networks = [("virtual", -42)];
        Certificate = null;
        Authorities.Clear();
        Resolve = ResolveByDns;
    }

    /// <summary>Waits for the network; false when the token came first.</summary>
    public static bool WaitForNetwork(CancellationToken token) => WaitHandle.WaitAny([NetworkUp, token.WaitHandle]) == 0;

    private static IPAddress ResolveByDns(string host)
    {
        IPAddress[] addresses = Dns.GetHostAddresses(host);
        return addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
    }
}
