using System.Text;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Agent.Core.Tests.Delivery;

public sealed class ReportOutboxProperties
{
    [Fact]
    public void Whatever_becomes_of_reports_every_byte_arrives_once()
    {
        Gen<int[]> steps = Gen.Choose(0, 99).ArrayOf();
        int accepted = 0, dropped = 0;
        Prop.ForAll(steps.ToArbitrary(), run =>
        {
            Device device = new();
            foreach (int step in run)
                device.Do(step);

            device.Finish();
            accepted += device.Outbox.Accepted;
            dropped += device.Outbox.Dropped + device.Outbox.Rejected;
            return device.Arrived == device.Counted && device.Outbox.Waiting <= 3;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
        Assert.True(accepted > 100 && dropped > 100, $"{accepted} accepted and {dropped} dropped say little");
    }

    private sealed class Device
    {
        private readonly SocketLedger _ledger = new(1);
        private readonly Report _report = new(1, 1);
        private readonly ReportWriter _writer = new(ReportFormat.Json, ReportNames.Short);
        private readonly AnswerScanner _scanner = new(ReportFormat.Json);
        private readonly byte[] _buffer = new byte[400];
        private long _reportId = 1;

        public Device() => Outbox = new ReportOutbox(new ReportRing(350), maxWaiting: 3, _ledger);

        public ReportOutbox Outbox { get; }

        public long Counted { get; private set; }

        /// <summary>As the gateway adds them up from the documents that it accepted.</summary>
        public long Arrived { get; private set; }

        public void Do(int step)
        {
            switch (step % 10)
            {
                case < 3:
                    _ledger.Count(step, 0);
                    Counted += step;
                    break;
                case < 7:
                    Report();
                    break;
                case 7:
                    Answer("REJECTED", step < 50 ? "InvalidPayload" : "Throttled");
                    break;
                default:
                    Answer("ACCEPTED", "");
                    break;
            }
        }

        public void Finish()
        {
            // Twice: what the first of them drops is in the second.
            for (int i = 0; i < 2; i++)
            {
                Report();
                while (Outbox.Next().Length > 0)
                    Answer("ACCEPTED", "");
            }
        }

        private void Report()
        {
            _report.Begin(_reportId++);
            _ledger.Fill(_report);
            Assert.True(_writer.TryWrite(_report, _buffer, 0, _buffer.Length, out int length));
            Outbox.Add(_report, _buffer, 0, length);
        }

        private void Answer(string status, string code)
        {
            byte[] document = Outbox.Next();
            if (document.Length == 0)
                return;

            long reportId = Outbox.InFlight;
            byte[] answer = Encoding.UTF8.GetBytes(
                $$$"""{"status":"{{{status}}}","reportId":{{{reportId}}},"statusDetails":{"ErrorCode":"{{{code}}}"}}""");
            Answer read = new();
            Assert.True(_scanner.TryScan(answer, 0, answer.Length, read));
            if (status == "ACCEPTED")
                Arrived += BytesIn(document);
            Assert.True(Outbox.Take(read));
        }

        private static long BytesIn(byte[] document)
        {
            using System.Text.Json.JsonDocument decoded = System.Text.Json.JsonDocument.Parse(document);
            return decoded.RootElement.GetProperty("met").GetProperty("ns").GetProperty("bi").GetInt64();
        }
    }
}
