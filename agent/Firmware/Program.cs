using System;
using System.Device.Gpio;
using Defender.Agent.Firmware.Device;
using Defender.Agent.Firmware.Storage;

namespace Defender.Agent.Firmware
{
    /// <summary>Where the device starts.</summary>
    public static class Program
    {
        public static void Main()
        {
            try
            {
                new FirmwareHost(InternalStorage.InternalDrive, new GpioController(), new DeviceClock(), new Random()).Run();
            }
            catch (Exception)
            {
                // Nobody is told of an exception that leaves Main, and every part catches its own: start again rather than stand still.
                nanoFramework.Runtime.Native.Power.RebootDevice(nanoFramework.Runtime.Native.RebootOption.NormalReboot);
            }
        }
    }
}
