namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Writes reports in one format and one set of names: a single walk over the model drives the token writer of the format.
    /// Keeps scratch room, allocates nothing per report. Not safe for several threads.
    /// </summary>
    public sealed class ReportWriter
    {
        // No row of a list takes more in any format (endpoint, two ports, a 15 byte interface name, long names).
        private const int MaxRowBytes = 128;

        private readonly TokenWriter _tokens;
        private readonly bool _short;
        private readonly byte[] _endpoint = new byte[IpText.MaxEndpointBytes];

        public ReportWriter(ReportFormat format, ReportNames names)
        {
            _tokens = format == ReportFormat.Cbor ? (TokenWriter)new CborTokenWriter() : new JsonTokenWriter();
            _short = names == ReportNames.Short;
        }

        /// <summary>Writes one report at <paramref name="offset"/>, in at most <paramref name="capacity"/> bytes.</summary>
        /// <param name="report">The report; not changed.</param>
        /// <param name="buffer">The caller's; beyond the capacity nothing is touched.</param>
        /// <param name="offset">Where the document begins.</param>
        /// <param name="capacity">Bytes it may take.</param>
        /// <param name="length">Bytes the whole document takes, whether it fitted or not.</param>
        /// <returns>Whether it fits; if not, what is in the buffer is no document.</returns>
        public bool TryWrite(Report report, byte[] buffer, int offset, int capacity, out int length)
        {
            _tokens.Start(buffer, offset, capacity);
            _tokens.BeginMap(report.CustomMetrics.Count > 0 ? 3 : 2);
            WriteHeader(report);
            WriteMetrics(report);
            WriteCustomMetrics(report);
            _tokens.EndMap();
            return _tokens.TryFinish(out length);
        }

        /// <summary>
        /// As <see cref="TryWrite"/>, and shortens the report's lists (connections first, then ports; the totals stay true)
        /// until it fits. Where that is not enough, custom metrics are left out from the last: a list cut short would be another
        /// list.
        /// </summary>
        /// <returns>False only when not even the report without a row and without a custom metric fits.</returns>
        public bool TryWriteTrimmed(Report report, byte[] buffer, int offset, int capacity, out int length)
        {
            while (!TryWrite(report, buffer, offset, capacity, out length))
            {
                // Dividing by the largest row takes away too little rather than too much; a few more rounds find the rest.
                int rows = 1 + ((length - capacity - 1) / MaxRowBytes);
                if (report.Connections.Count > 0)
                    report.Connections.Trim(LessBy(report.Connections.Count, rows));
                else if (report.TcpPorts.Count + report.UdpPorts.Count > 0)
                    TrimPorts(report, rows);
                else if (report.CustomMetrics.Count > 0)
                    report.CustomMetrics.Trim(report.CustomMetrics.Count - 1);
                else
                    return false;
            }

            return true;
        }

        private static void TrimPorts(Report report, int rows)
        {
            PortList longer = report.TcpPorts.Count > report.UdpPorts.Count ? report.TcpPorts : report.UdpPorts;
            longer.Trim(LessBy(longer.Count, rows));
        }

        private static int LessBy(int count, int rows)
        {
            return rows < count ? count - rows : 0;
        }

        private void WriteHeader(Report report)
        {
            Name("header", "hed");
            _tokens.BeginMap(2);
            Integer("report_id", "rid", report.ReportId);
            Name("version", "v");
            _tokens.Text("1.0");
            _tokens.EndMap();
        }

        private void WriteMetrics(Report report)
        {
            Name("metrics", "met");
            _tokens.BeginMap(
                (report.TcpPorts.IsReported ? 1 : 0) + (report.UdpPorts.IsReported ? 1 : 0)
                + (report.NetworkStats.IsReported ? 1 : 0) + (report.Connections.IsReported ? 1 : 0));
            WritePorts("listening_tcp_ports", "tp", report.TcpPorts);
            WritePorts("listening_udp_ports", "up", report.UdpPorts);
            WriteNetworkStats(report.NetworkStats);
            WriteConnections(report.Connections);
            _tokens.EndMap();
        }

        private void WriteCustomMetrics(Report report)
        {
            if (report.CustomMetrics.Count == 0)
                return;

            Name("custom_metrics", "cmet");
            CustomMetricsWriter.Write(_tokens, report.CustomMetrics.Table);
        }

        private void WritePorts(string longName, string shortName, PortList ports)
        {
            if (!ports.IsReported)
                return;

            Name(longName, shortName);
            _tokens.BeginMap(2);
            Name("ports", "pts");
            _tokens.BeginList(ports.Count);
            for (int i = 0; i < ports.Count; i++)
            {
                string interfaceName = ports.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 1 : 2);
                Integer("port", "pt", ports.Port(i));
                WriteInterface("interface", "if", interfaceName);
                _tokens.EndMap();
            }

            _tokens.EndList();
            Integer("total", "t", ports.Total);
            _tokens.EndMap();
        }

        private void WriteNetworkStats(NetworkStats stats)
        {
            if (!stats.IsReported)
                return;

            Name("network_stats", "ns");
            _tokens.BeginMap(stats.MemberCount);
            WriteCounter("bytes_in", "bi", stats.BytesIn);
            WriteCounter("bytes_out", "bo", stats.BytesOut);
            WriteCounter("packets_in", "pi", stats.PacketsIn);
            WriteCounter("packets_out", "po", stats.PacketsOut);
            _tokens.EndMap();
        }

        private void WriteConnections(ConnectionList connections)
        {
            if (!connections.IsReported)
                return;

            Name("tcp_connections", "tc");
            _tokens.BeginMap(1);
            Name("established_connections", "ec");
            _tokens.BeginMap(2);
            Name("connections", "cs");
            _tokens.BeginList(connections.Count);
            for (int i = 0; i < connections.Count; i++)
            {
                string interfaceName = connections.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 2 : 3);
                Name("remote_addr", "rad");
                _tokens.Text(_endpoint, 0, connections.WriteRemoteEndpoint(i, _endpoint));
                Integer("local_port", "lp", connections.LocalPort(i));
                WriteInterface("local_interface", "li", interfaceName);
                _tokens.EndMap();
            }

            _tokens.EndList();
            Integer("total", "t", connections.Total);
            _tokens.EndMap();
            _tokens.EndMap();
        }

        private void WriteInterface(string longName, string shortName, string interfaceName)
        {
            if (interfaceName.Length == 0)
                return;

            Name(longName, shortName);
            _tokens.Text(interfaceName);
        }

        private void WriteCounter(string longName, string shortName, long value)
        {
            if (value != NetworkStats.Absent)
                Integer(longName, shortName, value);
        }

        private void Integer(string longName, string shortName, long value)
        {
            Name(longName, shortName);
            _tokens.Integer(value);
        }

        private void Name(string longName, string shortName)
        {
            _tokens.Name(_short ? shortName : longName);
        }
    }
}
