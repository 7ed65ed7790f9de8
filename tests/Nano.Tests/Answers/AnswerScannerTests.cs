using System.Text;
using Defender.Agent.Core.Answers;
using Defender.Agent.Core.Reports;
using Defender.Nano.Tests.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Answers
{
    [TestClass]
    public sealed class AnswerScannerTests
    {
        [TestMethod]
        public static void Reads_an_accepted_report()
        {
            Answer answer = Scan("{\"thingName\":\"p\",\"reportId\":1700000300,\"status\":\"ACCEPTED\",\"timestamp\":1700000301123}");

            Assert.AreEqual((int)AnswerStatus.Accepted, (int)answer.Status);
            Assert.AreEqual(1700000300L, answer.ReportId);
            Assert.AreEqual("", answer.ErrorCode);
        }

        [TestMethod]
        public static void Reads_why_a_report_was_rejected()
        {
            Answer answer = Scan(
                "{\"status\":\"REJECTED\",\"statusDetails\":{\"ErrorCode\":\"InvalidPayload\",\"ErrorMessage\":\"\\u006do\\tre\"}}");

            Assert.AreEqual((int)AnswerStatus.Rejected, (int)answer.Status);
            Assert.AreEqual(Answer.NoReportId, answer.ReportId);
            Assert.AreEqual("InvalidPayload", answer.ErrorCode);
            Assert.AreEqual("mo\tre", answer.ErrorMessage);
        }

        [TestMethod]
        public static void Reads_CBOR()
        {
            // {"status": "ACCEPTED", "reportId": 1700000300}
            byte[] document = Hex.ToBytes("a26673746174757368414343455054454468" + "7265706f727449641a6553f22c");
            Answer answer = new Answer();

            Assert.IsTrue(new AnswerScanner(ReportFormat.Cbor).TryScan(document, 0, document.Length, answer));
            Assert.AreEqual(1700000300L, answer.ReportId);
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("{}")]
        [DataRow("{\"status\":\"ACCEPTED\"")]
        [DataRow("{\"status\":\"accepted\"}")]
        [DataRow("{\"status\":\"ACCEPTED\",\"a\":01}")]
        public static void What_is_no_answer_is_refused(string text)
        {
            byte[] document = Encoding.UTF8.GetBytes(text);

            Assert.IsFalse(new AnswerScanner(ReportFormat.Json).TryScan(document, 0, document.Length, new Answer()));
        }

        private static Answer Scan(string text)
        {
            byte[] document = Encoding.UTF8.GetBytes(text);
            Answer answer = new Answer();
            Assert.IsTrue(new AnswerScanner(ReportFormat.Json).TryScan(document, 0, document.Length, answer));
            return answer;
        }
    }
}
