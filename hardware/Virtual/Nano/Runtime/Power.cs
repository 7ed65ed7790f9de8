using System;

namespace nanoFramework.Runtime.Native;

/// <summary>Ways to start the device again.</summary>
public enum RebootOption
{
    NormalReboot,
}

/// <summary>The power of the device.</summary>
public static class Power
{
    /// <summary>Starts the device again; here it ends the process, as whoever watches it will start it again.</summary>
    public static void RebootDevice(RebootOption rebootOption) => Environment.Exit(rebootOption == RebootOption.NormalReboot ? 75 : 1);
}
