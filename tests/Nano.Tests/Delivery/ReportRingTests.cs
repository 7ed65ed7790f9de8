using Defender.Agent.Core.Delivery;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Delivery
{
    [TestClass]
    public sealed class ReportRingTests
    {
        [TestMethod]
        public static void Gives_back_byte_for_byte_wherever_the_ring_turns_around()
        {
            // Lengths that share no factor with the capacity: heads and documents are cut at every place.
            ReportRing ring = new ReportRing(200);
            byte[] document = new byte[60];
            byte[] copy = new byte[60];
            int added = 0;
            int removed = 0;
            for (int round = 0; round < 500; round++)
            {
                while (ring.HasRoom(LengthOf(added)))
                {
                    for (int i = 0; i < document.Length; i++)
                        document[i] = (byte)(added + i);
                    ring.Add(1700000000000L + added, added, long.MaxValue - added, document, 0, LengthOf(added));
                    added++;
                }

                Assert.AreEqual(LengthOf(removed), ring.OldestLength);
                Assert.AreEqual(1700000000000L + removed, ring.OldestReportId);
                Assert.AreEqual((long)removed, ring.OldestBytesIn);
                Assert.AreEqual(long.MaxValue - removed, ring.OldestBytesOut);
                ring.CopyOldest(copy);
                for (int i = 0; i < LengthOf(removed); i++)
                    Assert.AreEqual((int)(byte)(removed + i), (int)copy[i]);
                ring.RemoveOldest();
                removed++;
                Assert.AreEqual(added - removed, ring.Count);
            }

            Assert.IsTrue(added > 500);
        }

        [TestMethod]
        public static void Knows_what_it_can_hold_and_what_fits_now()
        {
            ReportRing ring = new ReportRing(100);

            Assert.IsTrue(ring.CanHold(100 - ReportRing.BytesOfEntry));
            Assert.IsFalse(ring.CanHold(101 - ReportRing.BytesOfEntry));
            Assert.IsFalse(ring.CanHold(-1));
            ring.Add(1, 0, 0, new byte[30], 0, 30);
            Assert.IsTrue(ring.HasRoom(14));
            Assert.IsFalse(ring.HasRoom(15));
            ring.RemoveOldest();
            Assert.AreEqual(0, ring.Used);
            ring.RemoveOldest();
            Assert.AreEqual(0, ring.Count);
            Assert.AreEqual(0, ring.OldestLength);
            Assert.AreEqual(0L, ring.OldestReportId);
        }

        private static int LengthOf(int number)
        {
            return 1 + (number * 7 % 53);
        }
    }
}
