using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Counters
{
    [TestClass]
    public sealed class DeltaCountersTests
    {
        private const long Range32 = 4294967296;

        [TestMethod]
        public static void The_first_interval_has_no_base()
        {
            DeltaCounters counters = new DeltaCounters(2);
            NetworkStats stats = new NetworkStats();
            Sample(counters, 0, 1000, 10);
            counters.Read(stats);
            Assert.IsFalse(stats.IsReported);

            Sample(counters, 300000, 1500, 12);
            counters.Read(stats);
            Assert.AreEqual(500L, stats.BytesIn);
            Assert.AreEqual(2L, stats.PacketsIn);
        }

        [TestMethod]
        public static void A_counter_that_wraps_at_32_bits_goes_on()
        {
            DeltaCounters counters = new DeltaCounters(2);
            NetworkStats stats = new NetworkStats();
            Sample(counters, 0, Range32 - 100, 10);
            Sample(counters, 300000, 50, 12);
            counters.Read(stats);

            Assert.AreEqual(150L, stats.BytesIn);
        }

        [TestMethod]
        public static void A_counter_that_starts_over_counts_from_zero()
        {
            DeltaCounters counters = new DeltaCounters(2);
            NetworkStats stats = new NetworkStats();
            Sample(counters, 0, Range32 * 3, 1000);
            Sample(counters, 300000, 70, 3);
            counters.Read(stats);

            Assert.AreEqual(70L, stats.BytesIn);
            Assert.AreEqual(3L, stats.PacketsIn);
        }

        [TestMethod]
        public static void The_base_moves_with_the_acknowledgement_only()
        {
            DeltaCounters counters = new DeltaCounters(2);
            NetworkStats stats = new NetworkStats();
            Sample(counters, 0, 1000, 10);
            Sample(counters, 300000, 1100, 11);
            Sample(counters, 600000, Range32 + 1100, 12);
            counters.Read(stats);
            Assert.AreEqual(Range32 + 100, stats.BytesIn);

            counters.Acknowledge(stats);
            counters.Read(stats);
            Assert.AreEqual(0L, stats.BytesIn);
        }

        private static void Sample(DeltaCounters counters, long uptimeMs, long bytes, long packets)
        {
            counters.BeginSample(uptimeMs);
            counters.Add(1, bytes, packets, 0, 0);
            counters.EndSample();
        }
    }
}
