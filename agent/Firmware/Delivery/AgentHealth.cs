using System;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Health;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Configuration;
using Defender.Agent.Firmware.Device;
using Defender.Hardware.Sensors;
using Defender.Hardware.Switches;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>Counts what happens to the agent, and puts it with what the device measures into the report as custom metrics.</summary>
    internal sealed class AgentHealth
    {
        /// <summary>1 while the case is open, 0 while it is shut.</summary>
        public const string TamperOpen = "tamper-open";

        /// <summary>How often the case was opened since the start.</summary>
        public const string TamperOpenings = "tamper-openings";

        /// <summary>Mistakes in the configuration, each replaced by a safe value.</summary>
        public const string ConfigurationErrors = "configuration-errors";

        /// <summary>Pins that could not be opened, and times that the light could not be switched.</summary>
        public const string BoardErrors = "board-errors";

        /// <summary>Exceptions that only the outermost handlers caught, since the start: 0 unless the firmware has a defect.</summary>
        public const string Faults = "faults";

        /// <summary>Reports that the broker acknowledged and nobody answered, since the start.</summary>
        public const string UnansweredReports = "unanswered-reports";

        /// <summary>Starts of the device, this one counted.</summary>
        public readonly long BootCount;

        /// <summary>Connections to the gateway since the start.</summary>
        public int Connections;

        /// <summary>See <see cref="UnansweredReports"/>.</summary>
        public int Unanswered;

        private readonly FirmwareOptions _options;
        private readonly IClock _clock;
        private readonly WifiLink _wifi;
        private readonly BoardPanel _panel;
        private readonly object _gate = new object();
        private int _faults;

        /// <param name="options">For their mistakes.</param>
        /// <param name="clock">Of the device.</param>
        /// <param name="wifi">For its strength.</param>
        /// <param name="panel">For switch and sensors; what could not be opened is left out.</param>
        /// <param name="bootCount">Starts of the device, this one counted.</param>
        public AgentHealth(FirmwareOptions options, IClock clock, WifiLink wifi, BoardPanel panel, long bootCount)
        {
            _options = options;
            _clock = clock;
            _wifi = wifi;
            _panel = panel;
            BootCount = bootCount;
        }

        /// <summary>An outermost handler caught something. Safe for several threads.</summary>
        public void AddFault()
        {
            lock (_gate)
                _faults++;
        }

        /// <summary>Fills the custom metrics; what cannot be measured is left out.</summary>
        public void Fill(CustomMetrics metrics, ReportOutbox outbox, SocketLedger ledger)
        {
            metrics.AddNumber(HealthMetrics.Uptime, _clock.UptimeMilliseconds / 1000, 0);
            metrics.AddNumber(HealthMetrics.BootCount, BootCount, 0);
            metrics.AddNumber(HealthMetrics.Reconnects, Connections > 0 ? Connections - 1 : 0, 0);
            metrics.AddNumber(HealthMetrics.RejectedReports, outbox.Rejected, 0);
            metrics.AddNumber(HealthMetrics.DroppedReports, outbox.Dropped, 0);
            metrics.AddNumber(HealthMetrics.RefusedSockets, ledger.RefusedCount, 0);
            metrics.AddNumber(UnansweredReports, Unanswered, 0);
            metrics.AddNumber(ConfigurationErrors, _options.Errors, 0);
            metrics.AddNumber(Faults, _faults, 0);
            if (_wifi.Rssi != WifiLink.NoRssi)
                metrics.AddNumber(HealthMetrics.Rssi, _wifi.Rssi, 0);
            metrics.AddNumber(BoardErrors, _panel.PinErrors + (_panel.Light == null ? 0 : _panel.Light.Failures), 0);
            TamperSwitch? tamper = _panel.Tamper;
            if (tamper != null)
            {
                metrics.AddNumber(TamperOpen, tamper.IsOpen ? 1 : 0, 0);
                metrics.AddNumber(TamperOpenings, tamper.Openings, 0);
            }

            FillMemory(metrics);
            FillSensors(metrics);
        }

        private static void FillMemory(CustomMetrics metrics)
        {
            if (DeviceMemory.TryReadFreeHeap(out long freeHeap))
                metrics.AddNumber(HealthMetrics.FreeHeap, freeHeap, 0);
            if (DeviceMemory.TryReadLargestBlock(out long largestBlock))
                metrics.AddNumber(HealthMetrics.LargestFreeBlock, largestBlock, 0);
        }

        private void FillSensors(CustomMetrics metrics)
        {
            for (int i = 0; i < _panel.Sensors.Length; i++)
            {
                ISensor sensor = _panel.Sensors[i];
                try
                {
                    if (sensor.TryRead(out long value))
                        metrics.AddNumber(sensor.MetricName, value, sensor.Decimals);
                }
                catch (Exception)
                {
                    AddFault();
                }
            }
        }
    }
}
