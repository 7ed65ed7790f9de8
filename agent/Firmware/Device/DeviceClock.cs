using System;
using Defender.Agent.Core.Scheduling;

namespace Defender.Agent.Firmware.Device
{
    /// <summary>The clocks of the runtime. The date is 1970 until SNTP has set it.</summary>
    public sealed class DeviceClock : IClock
    {
        // Ticks of 1970-01-01 on both runtimes.
        private const long UnixEpochTicks = 621355968000000000L;
        private const long TicksPerMillisecond = 10000L;

        // The one place that reads the clocks: everything else takes this. There is no TimeProvider on the device.
#pragma warning disable RS0030
        public long UtcMilliseconds
        {
            get { return (DateTime.UtcNow.Ticks - UnixEpochTicks) / TicksPerMillisecond; }
        }

        public long UptimeMilliseconds
        {
            get { return Environment.TickCount64; }
        }
#pragma warning restore RS0030
    }
}
