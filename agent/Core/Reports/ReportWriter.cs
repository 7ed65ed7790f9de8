namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// Writes reports in one format and one set of names: a single walk over the model drives the token writer of the format.
    /// Keeps scratch room, allocates nothing per report. Not safe for several threads.
    /// </summary>
    public sealed partial class ReportWriter
    {
        // No row of a list takes more in any format (endpoint, two ports, a 15 byte interface name, long names).
        private const int MaxRowBytes = 128;

        private readonly TokenWriter _tokens;
        private readonly byte[] _endpoint = new byte[IpText.MaxEndpointBytes];

        /// <summary>Of JSON with the long names.</summary>
        public ReportWriter()
        {
            _tokens = new JsonTokenWriter();
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
            _tokens.Name(NameOf("header"));
            _tokens.BeginMap(2);
            _tokens.Name(NameOf("report_id"));
            _tokens.Integer(report.ReportId);
            _tokens.Name(NameOf("version"));
            _tokens.Text("1.0");
            _tokens.EndMap();
            _tokens.Name(NameOf("metrics"));
            _tokens.BeginMap(
                (report.TcpPorts.IsReported ? 1 : 0) + (report.UdpPorts.IsReported ? 1 : 0)
                + (report.NetworkStats.IsReported ? 1 : 0) + (report.Connections.IsReported ? 1 : 0));
            WritePorts("listening_tcp_ports", report.TcpPorts);
            WritePorts("listening_udp_ports", report.UdpPorts);
            WriteNetworkStats(report.NetworkStats);
            WriteConnections(report.Connections);
            _tokens.EndMap();
            if (report.CustomMetrics.Count > 0)
            {
                _tokens.Name(NameOf("custom_metrics"));
                CustomMetricsWriter.Write(_tokens, report.CustomMetrics);
            }

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

        // On nanoFramework each use of a literal makes an object, so a name of the loop is made before it; and each call takes some 200
        // bytes of stack from the heap, so the calls do not go deep.
        private void WritePorts(string name, PortList ports)
        {
            if (!ports.IsReported)
                return;

            _tokens.Name(NameOf(name));
            _tokens.BeginMap(2);
            _tokens.Name(NameOf("ports"));
            _tokens.BeginList(ports.Count);
            string port = NameOf("port");
            string local = NameOf("interface");
            for (int i = 0; i < ports.Count; i++)
            {
                string interfaceName = ports.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 1 : 2);
                _tokens.Name(port);
                _tokens.Integer(ports.Port(i));
                if (interfaceName.Length > 0)
                {
                    _tokens.Name(local);
                    _tokens.Text(interfaceName);
                }

                _tokens.EndMap();
            }

            _tokens.EndList();
            _tokens.Name(NameOf("total"));
            _tokens.Integer(ports.Total);
            _tokens.EndMap();
        }

        private void WriteNetworkStats(NetworkStats stats)
        {
            if (!stats.IsReported)
                return;

            _tokens.Name(NameOf("network_stats"));
            _tokens.BeginMap(stats.MemberCount);
            WriteCounter("bytes_in", stats.BytesIn);
            WriteCounter("bytes_out", stats.BytesOut);
            WriteCounter("packets_in", stats.PacketsIn);
            WriteCounter("packets_out", stats.PacketsOut);
            _tokens.EndMap();
        }

        private void WriteConnections(ConnectionList connections)
        {
            if (!connections.IsReported)
                return;

            _tokens.Name(NameOf("tcp_connections"));
            _tokens.BeginMap(1);
            _tokens.Name(NameOf("established_connections"));
            _tokens.BeginMap(2);
            _tokens.Name(NameOf("connections"));
            _tokens.BeginList(connections.Count);
            string remote = NameOf("remote_addr");
            string port = NameOf("local_port");
            string local = NameOf("local_interface");
            for (int i = 0; i < connections.Count; i++)
            {
                string interfaceName = connections.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 2 : 3);
                _tokens.Name(remote);
                _tokens.Text(_endpoint, 0, connections.WriteRemoteEndpoint(i, _endpoint));
                _tokens.Name(port);
                _tokens.Integer(connections.LocalPort(i));
                if (interfaceName.Length > 0)
                {
                    _tokens.Name(local);
                    _tokens.Text(interfaceName);
                }

                _tokens.EndMap();
            }

            _tokens.EndList();
            _tokens.Name(NameOf("total"));
            _tokens.Integer(connections.Total);
            _tokens.EndMap();
            _tokens.EndMap();
        }

        private void WriteCounter(string name, long value)
        {
            if (value == NetworkStats.Absent)
                return;

            _tokens.Name(NameOf(name));
            _tokens.Integer(value);
        }

        private string NameOf(string name)
        {
            Shorten(ref name);
            return name;
        }

        partial void Shorten(ref string name);
    }
}
