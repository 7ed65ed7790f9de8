using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>Makes reports and puts them in line. Its room is taken once. For one thread.</summary>
    internal sealed class ReportCollector
    {
        // The sockets of an ESP32, all told.
        private const int MaxRows = 16;

        // A report with every row and metric takes less than 3 KB; what does not fit is trimmed, connections first.
        private const int MaxReportBytes = 3072;

        // Of the reports that wait while the gateway is away: about ten, 50 minutes at 300 s.
        private const int RingBytes = 8192;
        private const int MaxWaiting = 32;

        // Scanning takes the radio off the network's channel for a moment: once an hour at 300 s.
        private const int ReportsPerScan = 12;

        public readonly ReportOutbox Outbox;

        private readonly Report _report = new Report(MaxRows, MaxRows);
        private readonly ReportWriter _writer = new ReportWriter();
        private readonly byte[] _buffer = new byte[MaxReportBytes];
        private readonly ReportIdKeeper _ids;
        private readonly SocketLedger _ledger;
        private readonly AgentHealth _health;
        private int _untilScan;

        public ReportCollector(ReportIdKeeper ids, SocketLedger ledger, AgentHealth health)
        {
            _ids = ids;
            _ledger = ledger;
            _health = health;
            Outbox = new ReportOutbox(new ReportRing(RingBytes), MaxWaiting, ledger);
        }

        /// <summary>Whether to scan before the next report.</summary>
        public bool IsScanDue
        {
            get { return _untilScan == 0; }
        }

        /// <param name="epochSeconds">Now, or 0 while the date is not known.</param>
        public void Collect(long epochSeconds)
        {
            _untilScan = _untilScan == 0 ? ReportsPerScan - 1 : _untilScan - 1;
            _report.Begin(_ids.Next(epochSeconds));
            _ledger.Fill(_report);
            _health.Fill(_report.CustomMetrics, Outbox, _ledger);
            if (_writer.TryWriteTrimmed(_report, _buffer, 0, _buffer.Length, out int length))
            {
                Outbox.Add(_report, _buffer, 0, length);
                return;
            }

            // Not even the bare report fits: a defect, whose traffic must not be lost with it.
            _ledger.GiveBack(_report.NetworkStats.BytesIn, _report.NetworkStats.BytesOut);
            _health.AddFault();
        }

        /// <summary>The agent ends in order.</summary>
        public void Settle()
        {
            _ids.Settle();
        }
    }
}
