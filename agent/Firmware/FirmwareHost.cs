using System;
using System.Device.Gpio;
using System.Text;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Configuration;
using Defender.Agent.Firmware.Delivery;
using Defender.Agent.Firmware.Device;
using Defender.Agent.Firmware.Status;
using Defender.Agent.Firmware.Storage;
using Defender.Hardware.Lights;

namespace Defender.Agent.Firmware
{
    /// <summary>The firmware put together: on the device by Main, on a PC by the virtual board, in tests by the test.</summary>
    public sealed class FirmwareHost
    {
        /// <summary>How often the device started, on its internal drive.</summary>
        public const string BootCountFile = "boots.txt";

        /// <summary>The highest report id that may have been used, on its internal drive.</summary>
        public const string ReportIdFile = "report-id.txt";

        // The sockets of an ESP32.
        private const int MaxSockets = 16;

        internal readonly FirmwareOptions Options;
        internal readonly ReportAgent Agent;
        internal readonly SocketLedger Ledger;
        internal readonly BoardPanel Panel;
        private readonly IClock _clock;
        private readonly AgentHealth _health;
        private readonly StatusPage? _page;

        /// <summary>Reads the configuration, counts the start and opens the pins; nothing runs yet.</summary>
        /// <param name="root">The internal drive, with the separator at its end.</param>
        /// <param name="controller">Of the board's pins.</param>
        /// <param name="clock">Of the device.</param>
        /// <param name="jitter">Of the waits between attempts.</param>
        public FirmwareHost(string root, GpioController controller, IClock clock, Random jitter)
        {
            InternalStorage storage = new InternalStorage(root);
            _clock = clock;
            Options = ConfigurationReader.Read(storage);
            Ledger = new SocketLedger(MaxSockets);
            Panel = new BoardPanel(controller, Options.Board, clock);
            WifiLink wifi = new WifiLink();
            long bootCount = new StoredNumber(storage, BootCountFile).Increment();
            _health = new AgentHealth(Options, clock, wifi, Panel, bootCount);
            ReportIdKeeper ids = new ReportIdKeeper(new StoredNumber(storage, ReportIdFile));
            Agent = new ReportAgent(Options, clock, wifi, ids, Ledger, _health, Panel.Light, jitter);
            if (Options.StatusPort > 0)
                _page = new StatusPage(Options.StatusPort, Ledger, clock, Describe, _health.AddFault);
        }

        /// <summary>Runs until it is stopped, on the caller's thread.</summary>
        public void Run()
        {
            Panel.Start(Agent.ReportTamper, _health.AddFault);
            if (_page != null)
                _page.Start();

            Agent.Run();

            if (_page != null)
                _page.Stop();
            Panel.Stop();
        }

        /// <summary>Ends <see cref="Run"/>. Safe for any thread.</summary>
        public void Stop()
        {
            Agent.Stop();
        }

        /// <summary>What the status page says: nothing that helps an attacker more than the open port does.</summary>
        public string Describe()
        {
            StringBuilder text = new StringBuilder(512);
            text.Append("thing: ").Append(Options.Thing == null ? "not configured" : Options.Thing.Value).Append('\n');
            text.Append("state: ").Append(StateWord(Agent.State)).Append('\n');
            if (Agent.Problem.Length > 0)
                text.Append("problem: ").Append(Agent.Problem).Append('\n');
            if (Options.Errors > 0)
                text.Append("configuration: ").Append(Options.FirstError).Append('\n');
            text.Append("uptime: ").Append(_clock.UptimeMilliseconds / 1000).Append(" s, start ").Append(_health.BootCount).Append('\n');
            text.Append("reports: ").Append(Agent.Outbox.Accepted).Append(" accepted, ").Append(Agent.Outbox.Rejected).Append(" rejected, ")
                .Append(Agent.Outbox.Waiting).Append(" waiting, ").Append(Agent.Outbox.Dropped).Append(" dropped\n");
            return text.ToString();
        }

        private static string StateWord(LightState state)
        {
            return state switch
            {
                LightState.Armed => "armed",
                LightState.Alarm => "in alarm",
                LightState.Offline => "offline",
                _ => "starting",
            };
        }
    }
}
