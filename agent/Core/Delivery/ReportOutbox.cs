using System;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;

namespace Defender.Agent.Core.Delivery
{
    /// <summary>
    /// Carries written reports to the gateway, one in flight, the others waiting in the ring. Over its bounds the oldest that waits
    /// is dropped and counted; the traffic of every report that does not arrive goes back into the ledger, and so into the next.
    /// Opens nothing and waits for nothing: its owner publishes, and says what came of it. Not safe for several threads.
    /// </summary>
    public sealed class ReportOutbox
    {
        private readonly ReportRing _ring;
        private readonly SocketLedger _ledger;
        private readonly int _maxWaiting;
        private readonly byte[] _noDocument = new byte[0];
        private byte[] _document = new byte[0];
        private long _bytesIn;
        private long _bytesOut;
        private long _inFlight;
        private int _accepted;
        private int _rejected;
        private int _dropped;

        /// <param name="ring">Where reports wait; used by nobody else.</param>
        /// <param name="maxWaiting">Reports that wait at most, 1 or more, whatever room the ring has.</param>
        /// <param name="ledger">Filled the reports.</param>
        public ReportOutbox(ReportRing ring, int maxWaiting, SocketLedger ledger)
        {
            if (maxWaiting < 1)
                throw new ArgumentOutOfRangeException(nameof(maxWaiting));

            _ring = ring;
            _maxWaiting = maxWaiting;
            _ledger = ledger;
        }

        /// <summary>The report that is published and not answered; 0 for none.</summary>
        public long InFlight
        {
            get { return _inFlight; }
        }

        /// <summary>Reports that wait behind it.</summary>
        public int Waiting
        {
            get { return _ring.Count; }
        }

        /// <summary>Reports accepted since the start.</summary>
        public int Accepted
        {
            get { return _accepted; }
        }

        /// <summary>Reports rejected since the start, throttled ones not counted: those are sent again.</summary>
        public int Rejected
        {
            get { return _rejected; }
        }

        /// <summary>Reports dropped since the start, because the ring was full or they were larger than it.</summary>
        public int Dropped
        {
            get { return _dropped; }
        }

        /// <summary>Puts a report in line.</summary>
        /// <param name="report">As it was written.</param>
        /// <param name="buffer">Holds the document; free for other use afterwards.</param>
        /// <param name="offset">Where it begins.</param>
        /// <param name="length">Its bytes.</param>
        /// <returns>False when it is larger than the whole ring: dropped, and its traffic given back.</returns>
        public bool Add(Report report, byte[] buffer, int offset, int length)
        {
            long bytesIn = report.NetworkStats.BytesIn;
            long bytesOut = report.NetworkStats.BytesOut;
            if (!_ring.CanHold(length))
            {
                Drop(bytesIn, bytesOut);
                return false;
            }

            while (_ring.Count == _maxWaiting || !_ring.HasRoom(length))
            {
                Drop(_ring.OldestBytesIn, _ring.OldestBytesOut);
                _ring.RemoveOldest();
            }

            _ring.Add(report.ReportId, bytesIn, bytesOut, buffer, offset, length);
            return true;
        }

        /// <summary>
        /// The document to publish now: the one in flight again, byte for byte, so that the gateway can tell a repeat; else the
        /// oldest that waits, which is then in flight.
        /// </summary>
        /// <returns>The document, exactly as long as the array; empty when there is none.</returns>
        public byte[] Next()
        {
            if (InFlight != 0)
                return _document;
            if (_ring.Count == 0)
                return _noDocument;

            // A report much like the one before has its length: its array is used again.
            if (_document.Length != _ring.OldestLength)
                _document = new byte[_ring.OldestLength];
            _ring.CopyOldest(_document);
            _inFlight = _ring.OldestReportId;
            _bytesIn = _ring.OldestBytesIn;
            _bytesOut = _ring.OldestBytesOut;
            _ring.RemoveOldest();
            return _document;
        }

        /// <summary>Takes an answer of the gateway.</summary>
        /// <returns>Whether it was for the report in flight; one without an id is.</returns>
        public bool Take(Answer answer)
        {
            if (InFlight == 0 || answer.Status == AnswerStatus.None)
                return false;
            if (answer.ReportId != Answer.NoReportId && answer.ReportId != InFlight)
                return false;

            if (answer.Status == AnswerStatus.Accepted)
            {
                _accepted++;
                _inFlight = 0;
            }
            else if (answer.ErrorCode != "Throttled")
            {
                _rejected++;
                GiveUp();
            }

            // R18: a throttled report came too early and is in flight until its time comes.
            return true;
        }

        /// <summary>
        /// The broker acknowledged the report in flight and nobody answers: it was delivered as far as can be known, as to a broker
        /// without a gateway.
        /// </summary>
        public void Settle()
        {
            _inFlight = 0;
        }

        /// <summary>The report in flight will not be sent again; its traffic goes into the next.</summary>
        public void GiveUp()
        {
            if (InFlight == 0)
                return;

            _ledger.GiveBack(_bytesIn, _bytesOut);
            _inFlight = 0;
        }

        private void Drop(long bytesIn, long bytesOut)
        {
            _ledger.GiveBack(bytesIn, bytesOut);
            _dropped++;
        }
    }
}
