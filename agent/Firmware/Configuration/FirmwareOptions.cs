using Defender.Agent.Core.Things;
using Defender.Hardware.Boards;

namespace Defender.Agent.Firmware.Configuration
{
    /// <summary>
    /// How the firmware works: what the configuration says, and safe values for what it does not say or says wrongly. Written by the
    /// reader, then only read. Fields, because a property is two methods more in the flash.
    /// </summary>
    internal sealed class FirmwareOptions
    {
        /// <summary>AWS: at most one report of a thing in 300 s.</summary>
        public const int DefaultIntervalSeconds = 300;

        /// <summary>A day.</summary>
        public const int MaxIntervalSeconds = 86400;

        /// <summary>Of the status page.</summary>
        public const int DefaultStatusPort = 80;

        /// <summary>The name the device reports under; null when the configuration has none: then it cannot report.</summary>
        public ThingName? Thing;

        /// <summary>Name or IPv4 address of the gateway; "" when the configuration has none: then it cannot report.</summary>
        public string Host = "";

        /// <summary>1 to 65535; 8883 for mqtts, 1883 for mqtt.</summary>
        public int Port;

        /// <summary>Whether the connection is TLS, with the certificates stored on the device.</summary>
        public bool UseTls = true;

        /// <summary>Between reports, 1 to 86400 s. Default 300.</summary>
        public int IntervalSeconds = DefaultIntervalSeconds;

        /// <summary>Where the status page listens; 0 for none. Default 80.</summary>
        public int StatusPort = DefaultStatusPort;

        /// <summary>Where the time comes from; "" for the servers that the runtime knows.</summary>
        public string TimeServer = "";

        /// <summary>The pins. Default esp32-devkitc.</summary>
        public Board? Board;

        /// <summary>Members of the configuration that are wrong, unknown or missing; 1 for a file that cannot be read at all.</summary>
        public int Errors;

        /// <summary>What is wrong first, with what to do; "" when nothing is.</summary>
        public string FirstError = "";

        /// <summary>Whether the device knows who it is and where to report to.</summary>
        public bool CanReport
        {
            get { return Thing != null && Host.Length > 0; }
        }

        internal void AddError(string error)
        {
            if (Errors == 0)
                FirstError = error;
            Errors++;
        }
    }
}
