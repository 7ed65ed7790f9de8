using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Delivery
{
    [TestClass]
    public sealed class ReportOutboxTests
    {
        private const int Length = 50;

        [TestMethod]
        public static void One_report_is_in_flight_and_is_the_same_until_it_is_answered()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 10);
            line.Add(2, 20);

            byte[] first = line.Outbox.Next();
            Assert.AreEqual(Length, first.Length);
            Assert.AreEqual(1, (int)first[0]);
            Assert.AreSame(first, line.Outbox.Next());
            Assert.AreEqual(1, line.Outbox.Waiting);

            Assert.IsTrue(line.Outbox.Take(Answered(1, true, "")));
            Assert.AreEqual(2, (int)line.Outbox.Next()[0]);
            Assert.AreEqual(1, line.Outbox.Accepted);
        }

        [TestMethod]
        public static void An_accepted_report_has_delivered_its_traffic()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 10);
            line.Outbox.Next();
            line.Outbox.Take(Answered(1, true, ""));

            Assert.AreEqual(0L, line.Pending());
            Assert.AreEqual(0, line.Outbox.Next().Length);
        }

        [TestMethod]
        public static void A_rejected_report_gives_its_traffic_to_the_next()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 10);
            line.Outbox.Next();

            Assert.IsTrue(line.Outbox.Take(Answered(Answer.NoReportId, false, "InvalidPayload")));
            Assert.AreEqual(1, line.Outbox.Rejected);
            Assert.AreEqual(0L, line.Outbox.InFlight);
            Assert.AreEqual(10L, line.Pending());
        }

        [TestMethod]
        public static void A_throttled_report_is_sent_again()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 10);
            byte[] document = line.Outbox.Next();

            Assert.IsTrue(line.Outbox.Take(Answered(1, false, "Throttled")));
            Assert.AreEqual(0, line.Outbox.Rejected);
            Assert.AreSame(document, line.Outbox.Next());
        }

        [TestMethod]
        public static void Answers_to_other_reports_change_nothing()
        {
            Line line = new Line(1000, 4);
            Assert.IsFalse(line.Outbox.Take(Answered(1, true, "")));
            line.Add(1, 10);
            line.Outbox.Next();

            Assert.IsFalse(line.Outbox.Take(Answered(7, true, "")));
            Assert.IsFalse(line.Outbox.Take(new Answer()));
            Assert.AreEqual(1L, line.Outbox.InFlight);
        }

        [TestMethod]
        public static void Over_its_bounds_the_oldest_that_waits_is_dropped_and_its_traffic_kept()
        {
            Line byCount = new Line(1000, 2);
            Line byBytes = new Line(2 * (Length + ReportRing.BytesOfEntry), 100);
            foreach (Line line in new Line[] { byCount, byBytes })
            {
                line.Add(1, 1000);
                line.Outbox.Next();
                line.Add(2, 100);
                line.Add(3, 20);
                line.Add(4, 3);

                Assert.AreEqual(1, line.Outbox.Dropped);
                Assert.AreEqual(2, line.Outbox.Waiting);
                Assert.AreEqual(1L, line.Outbox.InFlight);
                Assert.AreEqual(100L, line.Pending());
                line.Outbox.Settle();
                Assert.AreEqual(3, (int)line.Outbox.Next()[0]);
            }
        }

        [TestMethod]
        public static void A_report_larger_than_the_ring_is_dropped_and_the_others_stay()
        {
            Line line = new Line(100, 4);
            line.Add(1, 5);
            Assert.IsFalse(line.Outbox.Add(line.Report(2, 8), new byte[100], 0, 100));

            Assert.AreEqual(1, line.Outbox.Dropped);
            Assert.AreEqual(1, line.Outbox.Waiting);
            Assert.AreEqual(8L, line.Pending());
        }

        [TestMethod]
        public static void What_is_given_up_gives_its_traffic_back_and_what_is_settled_does_not()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 10);
            line.Add(2, 20);
            line.Outbox.Next();
            line.Outbox.GiveUp();
            line.Outbox.GiveUp();
            Assert.AreEqual(10L, line.Pending());

            line.Outbox.Next();
            line.Outbox.Settle();
            Assert.AreEqual(0L, line.Pending());
        }

        [TestMethod]
        public static void Reports_of_one_length_share_one_array()
        {
            Line line = new Line(1000, 4);
            line.Add(1, 0);
            byte[] first = line.Outbox.Next();
            line.Outbox.Settle();
            line.Add(2, 0);

            Assert.AreSame(first, line.Outbox.Next());
            Assert.AreEqual(2, (int)first[0]);
        }

        // The scanner fills an answer only from a document.
        private static Answer Answered(long reportId, bool isAccepted, string code)
        {
            string text = "{\"status\":\"" + (isAccepted ? "ACCEPTED" : "REJECTED") + "\""
                + (reportId < 0 ? "" : ",\"reportId\":" + reportId.ToString())
                + ",\"statusDetails\":{\"ErrorCode\":\"" + code + "\"}}";
            byte[] document = System.Text.Encoding.UTF8.GetBytes(text);
            Answer answer = new Answer();
            Assert.IsTrue(new AnswerScanner(ReportFormat.Json).TryScan(document, 0, document.Length, answer));
            return answer;
        }
    }
}
