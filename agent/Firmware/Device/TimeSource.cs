using System;
using Defender.Agent.Core.Scheduling;
using nanoFramework.Networking;

namespace Defender.Agent.Firmware.Device
{
    /// <summary>Says whether the date is known, and asks for it. A device has no battery: its clock begins in 1970.</summary>
    public sealed class TimeSource
    {
        /// <summary>2026-01-01: an earlier date is from before this firmware, so nobody has set the clock.</summary>
        public const long EarliestUtcMs = 1767225600000L;

        private readonly IClock _clock;
        private readonly string _server;

        /// <param name="clock">Of the device.</param>
        /// <param name="server">Where the time comes from; "" for the servers that the runtime knows.</param>
        public TimeSource(IClock clock, string server)
        {
            _clock = clock;
            _server = server;
        }

        public bool IsKnown
        {
            get { return _clock.UtcMilliseconds >= EarliestUtcMs; }
        }

        /// <summary>Seconds since 1970, or 0 while the date is not known.</summary>
        public long EpochSeconds
        {
            get { return IsKnown ? _clock.UtcMilliseconds / 1000 : 0; }
        }

        /// <summary>Asks the time server; the answer comes later. From then on the runtime asks once an hour.</summary>
        public void Request()
        {
            try
            {
                // The runtime may have started by itself, with servers of its own.
                if (_server.Length > 0)
                    Sntp.Server1 = _server;
                if (Sntp.IsStarted)
                    Sntp.UpdateNow();
                else
                    Sntp.Start();
            }
            catch (Exception)
            {
                // The next attempt asks again.
            }
        }
    }
}
