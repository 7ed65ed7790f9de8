using Defender.Hardware.Virtual.Nano;

namespace nanoFramework.Networking;

/// <summary>Sets the clock from time servers; here from the PC, whose clock is set.</summary>
public sealed class Sntp
{
    private Sntp()
    {
    }

    public static bool IsStarted { get; internal set; }

    public static string Server1 { internal get; set; } = "0.pool.ntp.org";

    public static void Start()
    {
        IsStarted = true;
        UpdateNow();
    }

    public static void UpdateNow()
    {
        if (VirtualDevice.IsNetworkUp && VirtualDevice.HasTimeServer)
            VirtualDevice.IsTimeSet = true;
    }
}
