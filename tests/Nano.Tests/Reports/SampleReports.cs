using Defender.Agent.Core.Reports;
using nanoFramework.TestFramework;

namespace Defender.Nano.Tests.Reports
{
    /// <summary>The reports whose documents are the golden ones.</summary>
    internal static class SampleReports
    {
        public static Report Full()
        {
            Report report = new Report(2, 4);
            report.Begin(1700000300);
            report.TcpPorts.Begin();
            report.TcpPorts.Add(22, "");
            report.TcpPorts.Add(5432, "lo");
            report.TcpPorts.Add(8443, "eth0");
            report.UdpPorts.Begin();
            report.UdpPorts.Add(5353, "wlan0");
            report.NetworkStats.Set(0, 23, 65536, 9007199254740991);
            report.Connections.Begin();
            AddConnection(report, "c000020a", 443, 50234, "eth0");
            AddConnection(report, "00000000000000000000ffffc6336407", 8883, 50235, "");
            AddConnection(report, "20010db8000000000001000000000001", 1, 65535, "eth0");
            AddConnection(report, "fe800000000000000000000000000001", 5353, 0, "wlan0");
            report.Connections.CountUnlisted(70000);
            return report;
        }

        public static Report Custom()
        {
            Report report = new Report(0, 0);
            report.Begin(1700000300);
            CustomMetrics metrics = report.CustomMetrics;
            Take(metrics.AddNumber("cpu_temperature", 365, 1));
            Take(metrics.AddNumber("rssi", -6700, 2));
            Take(metrics.AddNumber("load:1", 5, 2));
            Take(metrics.AddNumber("largest", CustomMetrics.MaxNumber, 0));
            Take(metrics.AddNumber("least", -123456789, 9));
            Take(metrics.AddNumberList("open_files", new long[] { 0, 23, 24, -1, -25, 65536, -CustomMetrics.MaxNumber }, 7));
            Take(metrics.AddStringList("processes", new string[] { "sshd", "/usr/bin/node", "eth0:443", "a-b_c.d" }, 4));
            Take(metrics.AddIpList("dns", new string[] { "192.0.2.53", "2001:db8::53", "::ffff:198.51.100.7" }, 3));
            Take(metrics.AddStringList("users", new string[0], 0));
            return report;
        }

        public static void AddConnection(Report report, string address, int remotePort, int localPort, string interfaceName)
        {
            byte[] bytes = Hex.ToBytes(address);
            report.Connections.Add(bytes, 0, bytes.Length, remotePort, localPort, interfaceName);
        }

        private static void Take(CustomMetricError error)
        {
            Assert.AreEqual((int)CustomMetricError.None, (int)error);
        }
    }
}
