namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The names of a report's members, long or short, made once: on nanoFramework each use of a literal makes an object, which
    /// would be some KB of garbage a report.
    /// </summary>
    internal sealed class ReportMembers
    {
        public ReportMembers(ReportNames names)
        {
            bool isShort = names == ReportNames.Short;
            Header = isShort ? "hed" : "header";
            ReportId = isShort ? "rid" : "report_id";
            Version = isShort ? "v" : "version";
            Metrics = isShort ? "met" : "metrics";
            ListeningTcpPorts = isShort ? "tp" : "listening_tcp_ports";
            ListeningUdpPorts = isShort ? "up" : "listening_udp_ports";
            CustomMetrics = isShort ? "cmet" : "custom_metrics";
            Ports = isShort ? "pts" : "ports";
            Port = isShort ? "pt" : "port";
            Interface = isShort ? "if" : "interface";
            Total = isShort ? "t" : "total";
            NetworkStats = isShort ? "ns" : "network_stats";
            BytesIn = isShort ? "bi" : "bytes_in";
            BytesOut = isShort ? "bo" : "bytes_out";
            PacketsIn = isShort ? "pi" : "packets_in";
            PacketsOut = isShort ? "po" : "packets_out";
            TcpConnections = isShort ? "tc" : "tcp_connections";
            EstablishedConnections = isShort ? "ec" : "established_connections";
            Connections = isShort ? "cs" : "connections";
            RemoteAddr = isShort ? "rad" : "remote_addr";
            LocalPort = isShort ? "lp" : "local_port";
            LocalInterface = isShort ? "li" : "local_interface";

            // The keys of custom metrics have no short form.
            Number = "number";
            NumberList = "number_list";
            StringList = "string_list";
            IpList = "ip_list";
        }

        public string Header { get; }

        public string ReportId { get; }

        public string Version { get; }

        public string Metrics { get; }

        public string ListeningTcpPorts { get; }

        public string ListeningUdpPorts { get; }

        public string CustomMetrics { get; }

        public string Ports { get; }

        public string Port { get; }

        public string Interface { get; }

        public string Total { get; }

        public string NetworkStats { get; }

        public string BytesIn { get; }

        public string BytesOut { get; }

        public string PacketsIn { get; }

        public string PacketsOut { get; }

        public string TcpConnections { get; }

        public string EstablishedConnections { get; }

        public string Connections { get; }

        public string RemoteAddr { get; }

        public string LocalPort { get; }

        public string LocalInterface { get; }

        public string Number { get; }

        public string NumberList { get; }

        public string StringList { get; }

        public string IpList { get; }
    }
}
