namespace Defender.Agent.Core.Reports
{
    /// <summary>The short names of a report's members. The keys of custom metrics have none.</summary>
    internal static class ShortNames
    {
        public static string Of(string name)
        {
            return name switch
            {
                "header" => "hed",
                "report_id" => "rid",
                "version" => "v",
                "metrics" => "met",
                "listening_tcp_ports" => "tp",
                "listening_udp_ports" => "up",
                "custom_metrics" => "cmet",
                "ports" => "pts",
                "port" => "pt",
                "interface" => "if",
                "total" => "t",
                "network_stats" => "ns",
                "bytes_in" => "bi",
                "bytes_out" => "bo",
                "packets_in" => "pi",
                "packets_out" => "po",
                "tcp_connections" => "tc",
                "established_connections" => "ec",
                "connections" => "cs",
                "remote_addr" => "rad",
                "local_port" => "lp",
                "local_interface" => "li",
                _ => name,
            };
        }
    }
}
