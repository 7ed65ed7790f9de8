namespace Defender.Agent.Core.Reports
{
    /// <summary>One metrics report: made once, then cleared and filled again for each report. Not safe for several threads.</summary>
    public sealed class Report
    {
        private long _reportId;
        private readonly PortList _tcpPorts;
        private readonly PortList _udpPorts;
        private readonly ConnectionList _connections;
        private readonly NetworkStats _networkStats;
        private readonly CustomMetrics _customMetrics;

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
            _tcpPorts = new PortList(maxPorts);
            _udpPorts = new PortList(maxPorts);
            _connections = new ConnectionList(maxConnections);
            _networkStats = new NetworkStats();
            _customMetrics = new CustomMetrics();
        }

        /// <summary>Positive, higher than that of the report before: see <see cref="Core.Reports.ReportId"/>.</summary>
        public long ReportId
        {
            get { return _reportId; }
        }

        public PortList TcpPorts
        {
            get { return _tcpPorts; }
        }

        public PortList UdpPorts
        {
            get { return _udpPorts; }
        }

        public ConnectionList Connections
        {
            get { return _connections; }
        }

        public NetworkStats NetworkStats
        {
            get { return _networkStats; }
        }

        public CustomMetrics CustomMetrics
        {
            get { return _customMetrics; }
        }

        /// <summary>Starts a new report: every block absent until it is filled.</summary>
        public void Begin(long reportId)
        {
            _reportId = reportId;
            TcpPorts.Clear();
            UdpPorts.Clear();
            Connections.Clear();
            NetworkStats.Clear();
            CustomMetrics.Clear();
        }
    }
}
