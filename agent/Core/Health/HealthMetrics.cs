namespace Defender.Agent.Core.Health
{
    /// <summary>
    /// The names of a device's health as custom metrics, each of type <c>number</c>. A value that the device cannot measure is
    /// left out of the report.
    /// </summary>
    public static class HealthMetrics
    {
        /// <summary>Managed heap that is free after a collection, bytes.</summary>
        public const string FreeHeap = "free-heap";

        /// <summary>The largest block of memory that the system could give, bytes: falls before the free heap does.</summary>
        public const string LargestFreeBlock = "largest-free-block";

        /// <summary>Time since the device started, seconds.</summary>
        public const string Uptime = "uptime";

        /// <summary>Starts of the device since its storage was made: one more after each reset.</summary>
        public const string BootCount = "boot-count";

        /// <summary>Connections to the gateway after the first, since the device started.</summary>
        public const string Reconnects = "reconnects";

        /// <summary>Reports that the gateway rejected, since the device started.</summary>
        public const string RejectedReports = "rejected-reports";

        /// <summary>Reports dropped while offline because the ring was full, since the device started.</summary>
        public const string DroppedReports = "dropped-reports";

        /// <summary>Sockets that were not opened because the ledger was full, since the device started.</summary>
        public const string RefusedSockets = "refused-sockets";

        /// <summary>Signal strength of the device's network in the last scan, dBm: negative.</summary>
        public const string Rssi = "rssi";
    }
}
