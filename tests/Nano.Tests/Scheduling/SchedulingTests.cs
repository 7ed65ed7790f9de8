using System;
using Defender.Agent.Core.Scheduling;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Scheduling
{
    [TestClass]
    public sealed class SchedulingTests
    {
        [TestMethod]
        public static void The_first_report_is_due_at_once_and_slow_ones_do_not_drift()
        {
            ReportSchedule schedule = new ReportSchedule(300000, 77);
            Assert.AreEqual(0L, schedule.WaitMs(77));

            schedule.Advance(5000);
            Assert.AreEqual(300077L, schedule.DueMs);
            schedule.Advance(300077 + 299999);
            Assert.AreEqual(600077L, schedule.DueMs);
        }

        [TestMethod]
        public static void Missed_reports_are_skipped()
        {
            ReportSchedule schedule = new ReportSchedule(1000, 0);
            schedule.Advance(5500000000500L);

            Assert.AreEqual(5500000001000L, schedule.DueMs);
            Assert.AreEqual(500L, schedule.WaitMs(5500000000500L));
        }

        [TestMethod]
        public static void Back_off_doubles_up_to_its_cap_and_starts_over()
        {
            BackOff backOff = new BackOff(1000, 30000, new Random());
            int ceiling = 1000;
            for (int i = 0; i < 10; i++)
            {
                int wait = backOff.NextMs();
                Assert.IsTrue(wait >= ceiling / 2 && wait <= ceiling, wait.ToString() + " of " + ceiling.ToString());
                ceiling = ceiling * 2 > 30000 ? 30000 : ceiling * 2;
            }

            backOff.Reset();
            Assert.IsTrue(backOff.NextMs() <= 1000);
        }

        [TestMethod]
        public static void Bounds_that_make_no_sense_are_refused()
        {
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => _ = new BackOff(1, 30000, new Random()));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => _ = new ReportSchedule(0, 0));
        }
    }
}
