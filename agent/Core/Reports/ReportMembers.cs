namespace Defender.Agent.Core.Reports
{
    /// <summary>
    /// The names of a report's members, long or short, made once: on nanoFramework each use of a literal makes an object, which
    /// would be some KB of garbage a report. Fields, because a property is a method more in its flash.
    /// </summary>
    internal sealed class ReportMembers
    {
        public readonly string Header;
        public readonly string ReportId;
        public readonly string Version;
        public readonly string Metrics;
        public readonly string ListeningTcpPorts;
        public readonly string ListeningUdpPorts;
        public readonly string CustomMetrics;
        public readonly string Ports;
        public readonly string Port;
        public readonly string Interface;
        public readonly string Total;
        public readonly string NetworkStats;
        public readonly string BytesIn;
        public readonly string BytesOut;
        public readonly string PacketsIn;
        public readonly string PacketsOut;
        public readonly string TcpConnections;
        public readonly string EstablishedConnections;
        public readonly string Connections;
        public readonly string RemoteAddr;
        public readonly string LocalPort;
        public readonly string LocalInterface;
        public readonly string Number;
        public readonly string NumberList;
        public readonly string StringList;
        public readonly string IpList;

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
    }
}
