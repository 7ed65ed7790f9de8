using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Reports
{
    [TestClass]
    public sealed class CustomMetricsTests
    {
        [TestMethod]
        [DataRow("cpu-0:a_Z", (int)CustomMetricError.None)]
        [DataRow("", (int)CustomMetricError.NameLength)]
        [DataRow("cpu load", (int)CustomMetricError.NameCharacter)]
        [DataRow("cpu.load", (int)CustomMetricError.NameCharacter)]
        [DataRow("gr\u00f6\u00dfe", (int)CustomMetricError.NameCharacter)]
        [DataRow("aws:cpu", (int)CustomMetricError.NameReserved)]
        public static void Names_are_those_of_the_contract(string name, int expected)
        {
            Assert.AreEqual(expected, (int)NewMetrics().AddNumber(name, 1, 0));
        }

        [TestMethod]
        [DataRow("0.0.0.0", (int)CustomMetricError.None)]
        [DataRow("2001:db8::1", (int)CustomMetricError.None)]
        [DataRow("::ffff:192.0.2.1", (int)CustomMetricError.None)]
        [DataRow("1.2.3.256", (int)CustomMetricError.NotAnAddress)]
        [DataRow("1.2.3.4:80", (int)CustomMetricError.NotAnAddress)]
        [DataRow("1::2::3", (int)CustomMetricError.NotAnAddress)]
        [DataRow("gateway", (int)CustomMetricError.NotAnAddress)]
        public static void Addresses_are_checked(string address, int expected)
        {
            Assert.AreEqual(expected, (int)NewMetrics().AddIpList("i", new string[] { address }, 1));
        }

        [TestMethod]
        [DataRow("/usr/bin/a-b_c.d:1", (int)CustomMetricError.None)]
        [DataRow("", (int)CustomMetricError.TextLength)]
        [DataRow("two words", (int)CustomMetricError.TextCharacter)]
        [DataRow("\u6cf5", (int)CustomMetricError.TextCharacter)]
        public static void Texts_are_checked(string text, int expected)
        {
            Assert.AreEqual(expected, (int)NewMetrics().AddStringList("s", new string[] { text }, 1));
        }

        [TestMethod]
        public static void Numbers_lists_and_names_have_their_bounds()
        {
            CustomMetrics metrics = NewMetrics();

            Assert.AreEqual((int)CustomMetricError.NumberLength, (int)metrics.AddNumber("a", CustomMetrics.MaxNumber + 1, 0));
            Assert.AreEqual((int)CustomMetricError.NumberLength, (int)metrics.AddNumber("a", -CustomMetrics.MaxNumber - 1, 0));
            Assert.AreEqual((int)CustomMetricError.Decimals, (int)metrics.AddNumber("a", 1, 10));
            Assert.AreEqual((int)CustomMetricError.ListLength, (int)metrics.AddNumberList("a", new long[2], 3));
            Assert.AreEqual((int)CustomMetricError.None, (int)metrics.AddNumber("a", 1, 0));
            Assert.AreEqual((int)CustomMetricError.NameTaken, (int)metrics.AddNumber("a", 1, 0));
            Assert.AreEqual(1, metrics.Count);
        }

        [TestMethod]
        public static void The_hundredth_metric_is_the_last()
        {
            CustomMetrics metrics = NewMetrics();
            for (int i = 0; i < CustomMetrics.MaxMetrics; i++)
                Assert.AreEqual((int)CustomMetricError.None, (int)metrics.AddNumber("n" + i.ToString(), i, 0));

            Assert.AreEqual((int)CustomMetricError.TooManyMetrics, (int)metrics.AddNumber("more", 1, 0));
            metrics.Clear();
            Assert.AreEqual((int)CustomMetricError.None, (int)metrics.AddNumber("more", 1, 0));
        }

        private static CustomMetrics NewMetrics()
        {
            return new Report(0, 0).CustomMetrics;
        }
    }
}
