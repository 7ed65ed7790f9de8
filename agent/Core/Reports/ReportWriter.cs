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
        private readonly ReportMembers _members;
        private readonly byte[] _endpoint = new byte[IpText.MaxEndpointBytes];

        public ReportWriter(ReportFormat format, ReportNames names)
        {
            _tokens = format == ReportFormat.Cbor ? (TokenWriter)new CborTokenWriter() : new JsonTokenWriter();
            _members = new ReportMembers(names);
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
            _tokens.Name(_members.Header);
            _tokens.BeginMap(2);
            Integer(_members.ReportId, report.ReportId);
            _tokens.Name(_members.Version);
            _tokens.Text("1.0");
            _tokens.EndMap();
        }

        private void WriteMetrics(Report report)
        {
            _tokens.Name(_members.Metrics);
            _tokens.BeginMap(
                (report.TcpPorts.IsReported ? 1 : 0) + (report.UdpPorts.IsReported ? 1 : 0)
                + (report.NetworkStats.IsReported ? 1 : 0) + (report.Connections.IsReported ? 1 : 0));
            WritePorts(_members.ListeningTcpPorts, report.TcpPorts);
            WritePorts(_members.ListeningUdpPorts, report.UdpPorts);
            WriteNetworkStats(report.NetworkStats);
            WriteConnections(report.Connections);
            _tokens.EndMap();
        }

        private void WriteCustomMetrics(Report report)
        {
            if (report.CustomMetrics.Count == 0)
                return;

            _tokens.Name(_members.CustomMetrics);
            CustomMetricsWriter.Write(_tokens, _members, report.CustomMetrics.Table);
        }

        private void WritePorts(string name, PortList ports)
        {
            if (!ports.IsReported)
                return;

            _tokens.Name(name);
            _tokens.BeginMap(2);
            _tokens.Name(_members.Ports);
            _tokens.BeginList(ports.Count);
            for (int i = 0; i < ports.Count; i++)
            {
                string interfaceName = ports.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 1 : 2);
                Integer(_members.Port, ports.Port(i));
                WriteInterface(_members.Interface, interfaceName);
                _tokens.EndMap();
            }

            _tokens.EndList();
            Integer(_members.Total, ports.Total);
            _tokens.EndMap();
        }

        private void WriteNetworkStats(NetworkStats stats)
        {
            if (!stats.IsReported)
                return;

            _tokens.Name(_members.NetworkStats);
            _tokens.BeginMap(stats.MemberCount);
            WriteCounter(_members.BytesIn, stats.BytesIn);
            WriteCounter(_members.BytesOut, stats.BytesOut);
            WriteCounter(_members.PacketsIn, stats.PacketsIn);
            WriteCounter(_members.PacketsOut, stats.PacketsOut);
            _tokens.EndMap();
        }

        private void WriteConnections(ConnectionList connections)
        {
            if (!connections.IsReported)
                return;

            _tokens.Name(_members.TcpConnections);
            _tokens.BeginMap(1);
            _tokens.Name(_members.EstablishedConnections);
            _tokens.BeginMap(2);
            _tokens.Name(_members.Connections);
            _tokens.BeginList(connections.Count);
            for (int i = 0; i < connections.Count; i++)
            {
                string interfaceName = connections.Interface(i);
                _tokens.BeginMap(interfaceName.Length == 0 ? 2 : 3);
                _tokens.Name(_members.RemoteAddr);
                _tokens.Text(_endpoint, 0, connections.WriteRemoteEndpoint(i, _endpoint));
                Integer(_members.LocalPort, connections.LocalPort(i));
                WriteInterface(_members.LocalInterface, interfaceName);
                _tokens.EndMap();
            }

            _tokens.EndList();
            Integer(_members.Total, connections.Total);
            _tokens.EndMap();
            _tokens.EndMap();
        }

        private void WriteInterface(string name, string interfaceName)
        {
            if (interfaceName.Length == 0)
                return;

            _tokens.Name(name);
            _tokens.Text(interfaceName);
        }

        private void WriteCounter(string name, long value)
        {
            if (value != NetworkStats.Absent)
                Integer(name, value);
        }

        private void Integer(string name, long value)
        {
            _tokens.Name(name);
            _tokens.Integer(value);
        }
    }
}
