using System;
using System.Globalization;
using System.Linq;
using System.Text;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Metrics;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// A device as the network sees it: traffic that follows the day and its own noise, ports that rarely change, connections
/// that come and go to a dozen and a half of servers.
/// </summary>
internal sealed class SampleDevice
{
    private const int Servers = 16;

    private readonly Random _random;
    private readonly double _bytes;
    private readonly double _packetBytes;
    private readonly IpAddress[] _servers;
    private readonly bool[] _isConnected = new bool[Servers];
    private ushort[] _ports = [22, 80, 443, 1883, 8883];

    public SampleDevice(int seed)
    {
        _random = new Random(seed);
        // From some kilobytes to some megabytes in five minutes.
        _bytes = 5_000 * Math.Pow(1000, _random.NextDouble());
        _packetBytes = 100 + _random.Next(700);
        _servers = [.. Enumerable.Range(0, Servers).Select(_ => IpAddress.FromIPv4(0xCB007100 + (uint)_random.Next(1 << 12)))];
        for (int i = 0; i < Servers; i++)
            _isConnected[i] = _random.Next(3) == 0;
    }

    public long BytesIn { get; private set; }

    public long BytesOut { get; private set; }

    public long PacketsIn { get; private set; }

    public long PacketsOut { get; private set; }

    public int Connections => _isConnected.Count(connected => connected);

    /// <summary>Goes on to what the device reports at a time.</summary>
    public void Advance(DateTimeOffset time)
    {
        double day = 1 + 0.5 * Math.Sin(time.TimeOfDay.TotalDays * 2 * Math.PI);
        BytesIn = (long)(_bytes * day * Noise());
        BytesOut = (long)(0.6 * BytesIn * Noise());
        PacketsIn = 1 + (long)(BytesIn / _packetBytes * Noise());
        PacketsOut = 1 + (long)(BytesOut / _packetBytes * Noise());
        for (int i = 0; i < Servers; i++)
            _isConnected[i] ^= _random.Next(20) == 0;
        if (_random.Next(500) == 0)
            _ports = _ports.Length == 5 ? [.. _ports, 5683] : _ports[..5];
    }

    /// <summary>The report's datapoints.</summary>
    public void Fill(DatapointBuffer datapoints)
    {
        datapoints.Clear();
        datapoints.AddCount(BuiltInMetrics.AllBytesIn, BytesIn);
        datapoints.AddCount(BuiltInMetrics.AllBytesOut, BytesOut);
        datapoints.AddCount(BuiltInMetrics.AllPacketsIn, PacketsIn);
        datapoints.AddCount(BuiltInMetrics.AllPacketsOut, PacketsOut);
        datapoints.AddCount(BuiltInMetrics.NumListeningTcpPorts, _ports.Length);
        datapoints.AddCount(BuiltInMetrics.NumListeningUdpPorts, 3);
        datapoints.AddCount(BuiltInMetrics.NumEstablishedTcpConnections, Connections);
        datapoints.AddPorts(BuiltInMetrics.ListeningTcpPorts, _ports);
        datapoints.AddAddresses(BuiltInMetrics.DestinationIpAddresses, [.. _servers.Where((_, i) => _isConnected[i]).Distinct()]);
    }

    /// <summary>The report itself.</summary>
    public byte[] ToJson(long reportId)
    {
        string ports = string.Join(',', _ports.Select(port => $"{{\"port\":{port}}}"));
        string connections = string.Join(',', _servers.Where((_, i) => _isConnected[i]).Select(server => $"{{\"remote_addr\":\"{server}:8883\"}}"));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$$"""
            {"header":{"report_id":{{{reportId}}},"version":"1.0"},
            "metrics":{"listening_tcp_ports":{"ports":[{{{ports}}}],"total":{{{_ports.Length}}}},"listening_udp_ports":{"ports":[],"total":3},
            "network_stats":{"bytes_in":{{{BytesIn}}},"bytes_out":{{{BytesOut}}},"packets_in":{{{PacketsIn}}},"packets_out":{{{PacketsOut}}}},
            "tcp_connections":{"established_connections":{"total":{{{Connections}}},"connections":[{{{connections}}}]} } } }
            """));
    }

    private double Noise() => 0.7 + 0.6 * _random.NextDouble();
}
