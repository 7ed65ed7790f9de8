using System;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Sockets;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Sockets
{
    [TestClass]
    public sealed class SocketLedgerTests
    {
        [TestMethod]
        public static void What_is_open_is_in_the_report_and_what_was_closed_is_not()
        {
            SocketLedger ledger = new SocketLedger(8);
            Report report = NewReport();
            int page = ledger.Enter(SocketKind.TcpListener, 80, "wlan0");
            ledger.Enter(SocketKind.UdpListener, 5353, "");
            ledger.Enter(SocketKind.UdpClient, 50000, "");
            int gateway = ledger.EnterConnection(new byte[] { 192, 0, 2, 1 }, 0, 4, 8883, 49152, "wlan0");

            ledger.Fill(report);
            Assert.AreEqual(1, report.TcpPorts.Total);
            Assert.AreEqual(80, report.TcpPorts.Port(0));
            Assert.AreEqual("wlan0", report.TcpPorts.Interface(0));
            Assert.AreEqual(1, report.UdpPorts.Total);
            Assert.AreEqual(5353, report.UdpPorts.Port(0));
            Assert.AreEqual(1, report.Connections.Total);
            Assert.AreEqual("192.0.2.1:8883", Endpoint(report));
            Assert.AreEqual(49152, report.Connections.LocalPort(0));
            Assert.AreEqual(4, ledger.Open);

            Assert.IsTrue(ledger.Leave(page));
            Assert.IsTrue(ledger.Leave(gateway));
            ledger.Fill(report);
            Assert.AreEqual(0, report.TcpPorts.Total);
            Assert.IsTrue(report.TcpPorts.IsReported);
            Assert.AreEqual(0, report.Connections.Total);
            Assert.IsTrue(report.Connections.IsReported);
        }

        [TestMethod]
        public static void An_IPv6_peer_is_kept_whole()
        {
            SocketLedger ledger = new SocketLedger(1);
            byte[] address = new byte[18];
            address[1] = 0x20;
            address[2] = 1;
            address[16] = 9;
            ledger.EnterConnection(address, 1, 16, 443, 0, "");
            Report report = NewReport();
            ledger.Fill(report);

            Assert.AreEqual("[2001::9]:443", Endpoint(report));
        }

        [TestMethod]
        public static void Payload_goes_into_one_report_and_comes_back_when_it_does_not_arrive()
        {
            SocketLedger ledger = new SocketLedger(1);
            Report report = NewReport();
            ledger.Count(100, 2000);
            ledger.Count(5, 0);
            ledger.Count(-1, -1);

            ledger.Fill(report);
            AssertTraffic(report, 105, 2000);
            ledger.Count(7, 0);
            ledger.GiveBack(report.NetworkStats.BytesIn, report.NetworkStats.BytesOut);
            ledger.Fill(report);
            AssertTraffic(report, 112, 2000);
            ledger.Fill(report);
            AssertTraffic(report, 0, 0);
        }

        [TestMethod]
        public static void Packets_are_left_out()
        {
            Report report = NewReport();
            new SocketLedger(1).Fill(report);

            Assert.AreEqual(NetworkStats.Absent, report.NetworkStats.PacketsIn);
            Assert.AreEqual(NetworkStats.Absent, report.NetworkStats.PacketsOut);
        }

        [TestMethod]
        public static void A_socket_without_room_is_refused_and_counted_until_another_leaves()
        {
            SocketLedger ledger = new SocketLedger(2);
            int first = ledger.Enter(SocketKind.TcpListener, 80, "");
            ledger.Enter(SocketKind.TcpListener, 81, "");

            Assert.AreEqual(SocketLedger.Refused, ledger.Enter(SocketKind.TcpListener, 82, ""));
            Assert.AreEqual(SocketLedger.Refused, ledger.EnterConnection(new byte[4], 0, 4, 1, 1, ""));
            Assert.AreEqual(2, ledger.RefusedCount);
            Assert.IsFalse(ledger.Leave(SocketLedger.Refused));

            Assert.IsTrue(ledger.Leave(first));
            Assert.IsTrue(ledger.Enter(SocketKind.TcpListener, 82, "") != SocketLedger.Refused);
        }

        [TestMethod]
        public static void A_socket_that_leaves_twice_does_not_take_the_next_one_with_it()
        {
            SocketLedger ledger = new SocketLedger(1);
            int first = ledger.Enter(SocketKind.TcpListener, 80, "");
            Assert.IsTrue(ledger.Leave(first));
            int second = ledger.Enter(SocketKind.TcpListener, 81, "");

            Assert.IsFalse(ledger.Leave(first));
            Assert.AreEqual(1, ledger.Open);
            Assert.IsTrue(ledger.Leave(second));
        }

        [TestMethod]
        public static void What_could_not_be_reported_is_refused_at_the_door()
        {
            SocketLedger ledger = new SocketLedger(1);
            Type refusal = typeof(ArgumentOutOfRangeException);

            Assert.ThrowsException(refusal, () => ledger.Enter(SocketKind.TcpListener, 0, ""));
            Assert.ThrowsException(refusal, () => ledger.Enter(SocketKind.TcpConnection, 80, ""));
            Assert.ThrowsException(refusal, () => ledger.EnterConnection(new byte[5], 0, 5, 80, 1, ""));
            Assert.ThrowsException(refusal, () => ledger.EnterConnection(new byte[4], 1, 4, 80, 1, ""));
            Assert.ThrowsException(refusal, () => ledger.EnterConnection(new byte[4], 0, 4, 65536, 1, ""));
            Assert.ThrowsException(refusal, () => _ = new SocketLedger(0));
            Assert.AreEqual(0, ledger.Open);
        }

        private static Report NewReport()
        {
            return new Report(4, 4);
        }

        private static void AssertTraffic(Report report, long bytesIn, long bytesOut)
        {
            Assert.AreEqual(bytesIn, report.NetworkStats.BytesIn);
            Assert.AreEqual(bytesOut, report.NetworkStats.BytesOut);
        }

        private static string Endpoint(Report report)
        {
            byte[] text = new byte[IpText.MaxEndpointBytes];
            int length = report.Connections.WriteRemoteEndpoint(0, text);
            return System.Text.Encoding.UTF8.GetString(text, 0, length);
        }
    }
}
