using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Reports
{
    [TestClass]
    public sealed class ReportWriterTests
    {
        [TestMethod]
        public static void Writes_the_golden_JSON_with_long_names()
        {
            AssertWritten(GoldenDocuments.FullLongJson, SampleReports.Full(), ReportFormat.Json, ReportNames.Long);
        }

        [TestMethod]
        public static void Writes_the_golden_JSON_with_short_names()
        {
            AssertWritten(GoldenDocuments.FullShortJson, SampleReports.Full(), ReportFormat.Json, ReportNames.Short);
        }

        [TestMethod]
        public static void Writes_the_golden_CBOR_with_long_names()
        {
            AssertWritten(GoldenDocuments.FullLongCbor, SampleReports.Full(), ReportFormat.Cbor, ReportNames.Long);
        }

        [TestMethod]
        public static void Writes_the_golden_CBOR_with_short_names()
        {
            AssertWritten(GoldenDocuments.FullShortCbor, SampleReports.Full(), ReportFormat.Cbor, ReportNames.Short);
        }

        [TestMethod]
        public static void Writes_the_golden_JSON_of_custom_metrics_with_long_names()
        {
            AssertWritten(GoldenDocuments.CustomLongJson, SampleReports.Custom(), ReportFormat.Json, ReportNames.Long);
        }

        [TestMethod]
        public static void Writes_the_golden_JSON_of_custom_metrics_with_short_names()
        {
            AssertWritten(GoldenDocuments.CustomShortJson, SampleReports.Custom(), ReportFormat.Json, ReportNames.Short);
        }

        [TestMethod]
        public static void Writes_the_golden_CBOR_of_custom_metrics_with_long_names()
        {
            AssertWritten(GoldenDocuments.CustomLongCbor, SampleReports.Custom(), ReportFormat.Cbor, ReportNames.Long);
        }

        [TestMethod]
        public static void Writes_the_golden_CBOR_of_custom_metrics_with_short_names()
        {
            AssertWritten(GoldenDocuments.CustomShortCbor, SampleReports.Custom(), ReportFormat.Cbor, ReportNames.Short);
        }

        [TestMethod]
        public static void Says_how_much_room_a_report_takes_that_does_not_fit()
        {
            byte[] buffer = new byte[64];

            Assert.IsFalse(new ReportWriter(ReportFormat.Json, ReportNames.Long).TryWrite(SampleReports.Full(), buffer, 0, 64, out int length));
            Assert.AreEqual(GoldenDocuments.FullLongJson.Length / 2, length);
        }

        [TestMethod]
        public static void Shortens_a_report_until_it_fits_and_keeps_the_totals()
        {
            Report report = SampleReports.Full();
            byte[] buffer = new byte[500];

            Assert.IsTrue(new ReportWriter(ReportFormat.Json, ReportNames.Long).TryWriteTrimmed(report, buffer, 0, 500, out int length));
            Assert.IsTrue(length <= 500);
            Assert.IsTrue(report.Connections.Count < 4);
            Assert.AreEqual(70004, report.Connections.Total);
            Assert.AreEqual(2, report.TcpPorts.Count);
        }

        [TestMethod]
        public static void Text_beyond_ASCII_and_control_characters_are_written_as_they_are_and_escaped()
        {
            Report report = new Report(1, 0);
            report.Begin(1);
            report.TcpPorts.Begin();
            report.TcpPorts.Add(1, "\"\\\t\u00fc\u6cf5");
            byte[] buffer = new byte[128];

            Assert.IsTrue(new ReportWriter(ReportFormat.Json, ReportNames.Short).TryWrite(report, buffer, 0, 128, out int length));
            byte[] end = Hex.ToBytes("226966223a225c225c5c5c7530303039c3bce6b3b5227d5d2c2274223a317d7d7d");
            for (int i = 0; i < end.Length; i++)
                Assert.AreEqual(end[i], buffer[length - end.Length + i]);
        }

        private static void AssertWritten(string golden, Report report, ReportFormat format, ReportNames names)
        {
            byte[] expected = Hex.ToBytes(golden);
            byte[] buffer = new byte[expected.Length];

            Assert.IsTrue(new ReportWriter(format, names).TryWrite(report, buffer, 0, buffer.Length, out int length));
            Assert.AreEqual(expected.Length, length);
            for (int i = 0; i < length; i++)
                Assert.AreEqual(expected[i], buffer[i], "byte " + i.ToString());
        }
    }
}
