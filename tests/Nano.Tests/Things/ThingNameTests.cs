using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Things
{
    [TestClass]
    public sealed class ThingNameTests
    {
        [TestMethod]
        [DataRow("pump-17", (int)ThingNameErrorCode.None)]
        [DataRow("gr\u00f6\u00dfe \u6cf5", (int)ThingNameErrorCode.None)]
        [DataRow("", (int)ThingNameErrorCode.Empty)]
        [DataRow("a\tb", (int)ThingNameErrorCode.ControlCharacter)]
        [DataRow("a\u0085", (int)ThingNameErrorCode.ControlCharacter)]
        [DataRow("a/b", (int)ThingNameErrorCode.TopicCharacter)]
        [DataRow("a+", (int)ThingNameErrorCode.TopicCharacter)]
        [DataRow("#", (int)ThingNameErrorCode.TopicCharacter)]
        public static void Takes_what_the_contract_takes(string text, int expected)
        {
            bool isTaken = ThingName.TryParse(text, out ThingName? name, out ThingNameError error);

            Assert.AreEqual(expected, (int)error.Code);
            Assert.AreEqual(expected == 0, isTaken);
            Assert.AreEqual(expected == 0, name != null && name.Value == text);
        }

        [TestMethod]
        public static void Ends_at_128_bytes()
        {
            Assert.IsTrue(ThingName.TryParse(new string('x', 128), out _, out _));
            Assert.IsFalse(ThingName.TryParse(new string('x', 129), out _, out ThingNameError error));
            Assert.AreEqual("a thing name has at most 128 bytes of UTF-8, this one has 129", error.Message);
        }

        [TestMethod]
        public static void Names_the_topics()
        {
            Assert.IsTrue(ThingName.TryParse("esp32-demo", out ThingName? thing, out _));
            ReportTopics topics = new ReportTopics(thing!, ReportFormat.Cbor);

            Assert.AreEqual("$aws/things/esp32-demo/defender/metrics/cbor", topics.Report);
            Assert.AreEqual("$aws/things/esp32-demo/defender/metrics/cbor/accepted", topics.Accepted);
            Assert.AreEqual("$aws/things/esp32-demo/defender/metrics/cbor/rejected", topics.Rejected);
        }
    }
}
