using System.Collections.Generic;
using System.Text;
using Defender.Agent.Core.Reports;

namespace Defender.Agent.Linux.Tests.Collectors;

/// <summary>The rows of a report as a test reads them: <c>80 eth0</c>, <c>192.0.2.9:443 50000 eth0</c>.</summary>
internal static class ReportText
{
    public static string[] Rows(PortList ports)
    {
        List<string> rows = [];
        for (int i = 0; i < ports.Count; i++)
            rows.Add($"{ports.Port(i)} {ports.Interface(i)}".TrimEnd());
        return [.. rows];
    }

    public static string[] Rows(ConnectionList connections)
    {
        List<string> rows = [];
        byte[] text = new byte[IpText.MaxEndpointBytes];
        for (int i = 0; i < connections.Count; i++)
        {
            string remote = Encoding.ASCII.GetString(text, 0, connections.WriteRemoteEndpoint(i, text));
            rows.Add($"{remote} {connections.LocalPort(i)} {connections.Interface(i)}".TrimEnd());
        }

        return [.. rows];
    }
}
