using System;
using nanoFramework.Hardware.Esp32;

namespace Defender.Agent.Firmware.Device
{
    /// <summary>What the device says of its memory; each false where it says nothing, such as on another chip.</summary>
    public static class DeviceMemory
    {
        /// <summary>Free bytes of the managed heap, after a collection.</summary>
        public static bool TryReadFreeHeap(out long bytes)
        {
            try
            {
                bytes = nanoFramework.Runtime.Native.GC.Run(false);
                return true;
            }
            catch (Exception)
            {
                bytes = 0;
                return false;
            }
        }

        /// <summary>The largest block that the native heap could give: what a TLS handshake needs in one piece.</summary>
        public static bool TryReadLargestBlock(out long bytes)
        {
            try
            {
                NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.Internal, out uint _, out uint _, out uint largest);
                bytes = largest;
                return true;
            }
            catch (Exception)
            {
                bytes = 0;
                return false;
            }
        }
    }
}
