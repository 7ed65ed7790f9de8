namespace Defender.Agent.Core.Reports
{
    /// <summary>One metrics report: made once, then cleared and filled again for each report. Not safe for several threads.</summary>
    public sealed class Report
    {
        /// <summary>AWS: the largest payload of an MQTT message, 128 KiB. // R01</summary>
        public const int MaxBytes = 131072;

        /// <summary>
        /// Rows listed by default, of ports (each protocol) and of connections: even with the longest addresses and interface
        /// names all of them fit into <see cref="MaxBytes"/> in every format, with room for some KiB of custom metrics.
        /// </summary>
        public const int DefaultRows = 500;

        /// <param name="maxPorts">Ports listed at most, for each of TCP and UDP.</param>
        /// <param name="maxConnections">Connections listed at most.</param>
        public Report(int maxPorts, int maxConnections)
        {
            TcpPorts = new PortList(maxPorts);
            UdpPorts = new PortList(maxPorts);
            Connections = new ConnectionList(maxConnections);
            NetworkStats = new NetworkStats();
            CustomMetrics = new CustomMetrics();
        }

        /// <summary>Positive, higher than that of the report before: see <see cref="Core.Reports.ReportId"/>.</summary>
        public long ReportId { get; private set; }

        public PortList TcpPorts { get; }

        public PortList UdpPorts { get; }

        public ConnectionList Connections { get; }

        public NetworkStats NetworkStats { get; }

        public CustomMetrics CustomMetrics { get; }

        /// <summary>Starts a new report: every block absent until it is filled.</summary>
        public void Begin(long reportId)
        {
            ReportId = reportId;
            TcpPorts.Clear();
            UdpPorts.Clear();
            Connections.Clear();
            NetworkStats.Clear();
            CustomMetrics.Clear();
        }
    }
}
