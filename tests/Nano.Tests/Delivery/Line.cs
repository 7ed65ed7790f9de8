using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Delivery
{
    /// <summary>An outbox, and the ledger that fills its reports.</summary>
    internal sealed class Line
    {
        private readonly SocketLedger _ledger = new SocketLedger(1);
        private readonly Report _report = new Report(1, 1);
        private readonly byte[] _document = new byte[60];

        public Line(int ringBytes, int maxWaiting)
        {
            Outbox = new ReportOutbox(new ReportRing(ringBytes), maxWaiting, _ledger);
        }

        public ReportOutbox Outbox { get; }

        /// <summary>A report that carries this many bytes.</summary>
        public Report Report(int reportId, long bytesIn)
        {
            _ledger.Count(bytesIn, 0);
            _report.Begin(reportId);
            _ledger.Fill(_report);
            return _report;
        }

        /// <summary>Adds a document of 50 bytes that begins with the report's id, not at the start of its buffer.</summary>
        public void Add(int reportId, long bytesIn)
        {
            _document[3] = (byte)reportId;

            // What is in the ledger already stays there: a report of its own brings its own traffic.
            long before = Pending();
            Report(reportId, bytesIn);
            Assert.IsTrue(Outbox.Add(_report, _document, 3, 50));
            _ledger.Count(before, 0);
        }

        /// <summary>Bytes that no report carries.</summary>
        public long Pending()
        {
            Report report = new Report(0, 0);
            _ledger.Fill(report);
            return report.NetworkStats.BytesIn;
        }
    }
}
