using System;

namespace nanoFramework.Hardware.Esp32;

/// <summary>The native heaps of the chip; here the memory of the PC.</summary>
public static class NativeMemory
{
    public enum MemoryType
    {
        All,
        Internal,
        SpiRam,
    }

    public static bool GetMemoryInfo(MemoryType memoryType, out uint totalSize, out uint totalFreeSize, out uint largestBlock)
    {
        GCMemoryInfo info = System.GC.GetGCMemoryInfo();
        totalSize = (uint)Math.Min(info.TotalAvailableMemoryBytes, uint.MaxValue);
        totalFreeSize = (uint)Math.Clamp(info.TotalAvailableMemoryBytes - info.MemoryLoadBytes, 0, uint.MaxValue);
        largestBlock = totalFreeSize;
        return memoryType != MemoryType.SpiRam;
    }
}
