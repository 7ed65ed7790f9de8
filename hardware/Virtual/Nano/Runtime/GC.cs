using System;

namespace nanoFramework.Runtime.Native;

/// <summary>The collector of the device.</summary>
public static class GC
{
    /// <summary>Collects; returns the free bytes of the managed heap.</summary>
    public static uint Run(bool compactHeap)
    {
        // Whole numbers of the PC: the firmware only reports them.
        long free = System.GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - System.GC.GetTotalMemory(compactHeap);
        return (uint)Math.Clamp(free, 0, uint.MaxValue);
    }
}
