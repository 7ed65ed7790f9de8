using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Reports
{
    [TestClass]
    public sealed class ReportIdTests
    {
        private const long Now = 1700000000;

        [TestMethod]
        public static void Is_the_time_and_always_higher_than_the_one_before()
        {
            ReportId ids = new ReportId(0);

            Assert.AreEqual(Now, ids.Next(Now));
            Assert.AreEqual(Now + 1, ids.Next(Now));
            Assert.AreEqual(Now + 2, ids.Next(Now - 86400));
            Assert.AreEqual(Now + 300, ids.Next(Now + 300));
        }

        [TestMethod]
        public static void A_day_of_reports_is_one_write()
        {
            StoredId store = new StoredId(0);
            ReportIdKeeper keeper = new ReportIdKeeper(store);
            for (int i = 0; i < 288; i++)
                Assert.AreEqual(Now + (i * 300), keeper.Next(Now + (i * 300)));

            Assert.AreEqual(1, store.Writes);
            keeper.Next(Now + (289 * 300));
            Assert.AreEqual(2, store.Writes);
        }

        [TestMethod]
        public static void Without_a_clock_ids_go_on_above_all_that_were_used()
        {
            StoredId store = new StoredId(0);
            ReportIdKeeper before = new ReportIdKeeper(store);
            before.Next(Now);
            long last = before.Next(Now + 3000);

            ReportIdKeeper after = new ReportIdKeeper(store);
            Assert.IsTrue(after.Next(12) > last);
        }

        [TestMethod]
        public static void A_crash_loop_takes_the_ids_no_day_further_ahead_each_time()
        {
            StoredId store = new StoredId(0);
            for (int start = 0; start < 100; start++)
                new ReportIdKeeper(store).Next(Now);

            long id = new ReportIdKeeper(store).Next(Now);
            Assert.IsTrue(id < Now + ReportIdKeeper.ReservedSeconds + (101 * (ReportIdKeeper.ReservedIds + 1)));
        }

        [TestMethod]
        public static void An_orderly_end_leaves_no_gap()
        {
            StoredId store = new StoredId(0);
            ReportIdKeeper keeper = new ReportIdKeeper(store);
            keeper.Next(Now);
            keeper.Settle();
            keeper.Settle();

            Assert.AreEqual(2, store.Writes);
            Assert.AreEqual(Now + 1, new ReportIdKeeper(store).Next(12));
        }

        [TestMethod]
        public static void A_store_that_fails_is_counted_and_tried_again()
        {
            StoredId store = new StoredId(0);
            store.Fails = true;
            ReportIdKeeper keeper = new ReportIdKeeper(store);

            Assert.AreEqual(Now, keeper.Next(Now));
            Assert.AreEqual(Now + 300, keeper.Next(Now + 300));
            Assert.AreEqual(2, keeper.FailedWrites);
            store.Fails = false;
            keeper.Next(Now + 600);
            keeper.Next(Now + 900);
            Assert.AreEqual(1, store.Writes);
        }

        [TestMethod]
        [DataRow(-1L)]
        [DataRow(9007199254740993L)]
        public static void A_stored_value_that_is_no_id_is_passed_over(long stored)
        {
            Assert.AreEqual(Now, new ReportIdKeeper(new StoredId(stored)).Next(Now));
        }
    }
}
