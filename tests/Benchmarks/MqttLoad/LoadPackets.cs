using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>
/// The packets of the driver's clients. A report is one buffer, in which client, packet identifier and report identifier are
/// overwritten: making it costs as good as nothing.
/// </summary>
internal sealed class LoadPackets
{
    private const string Marker = "1700000300";

    private readonly string _prefix;
    private readonly byte[] _report;
    private readonly int _clientAt;
    private readonly int _packetIdAt;
    private readonly int _reportIdAt;
    private readonly long _firstReportId;

    public LoadPackets(string prefix, DateTimeOffset now)
    {
        _prefix = prefix;
        _firstReportId = now.ToUnixTimeSeconds();
        byte[] topic = Encoding.UTF8.GetBytes($"$aws/things/{ClientId(0)}/defender/metrics/json");
        var output = new ArrayBufferWriter<byte>();
        MqttWriter.WritePublish(output, new PublishPacket
        {
            Topic = topic,
            Payload = BenchmarkReport.Json(shortNames: true),
            QoS = MqttQoS.AtLeastOnce,
            PacketId = 1,
        });
        _report = output.WrittenSpan.ToArray();
        int topicAt = _report.AsSpan().IndexOf(topic);
        _clientAt = topicAt + "$aws/things/".Length + prefix.Length;
        _packetIdAt = topicAt + topic.Length;
        _reportIdAt = _report.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Marker));
    }

    public static ReadOnlySpan<byte> Disconnect => [0xE0, 0];

    public int ReportLength => _report.Length;

    public string ClientId(int connection) => _prefix + connection.ToString("D5", CultureInfo.InvariantCulture);

    public byte[] Connect(int connection)
    {
        var output = new ArrayBufferWriter<byte>();
        MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = Encoding.UTF8.GetBytes(ClientId(connection)), CleanSession = true });
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The report of a client, valid until the next is asked for.</summary>
    /// <param name="connection">Which client.</param>
    /// <param name="number">The how manieth, from 0: identifiers of reports ascend.</param>
    public ReadOnlySpan<byte> Report(int connection, long number)
    {
        connection.TryFormat(_report.AsSpan(_clientAt, 5), out _, "D5", CultureInfo.InvariantCulture);
        ushort packetId = (ushort)(number % ushort.MaxValue + 1);
        (_report[_packetIdAt], _report[_packetIdAt + 1]) = ((byte)(packetId >> 8), (byte)packetId);
        (_firstReportId + number).TryFormat(_report.AsSpan(_reportIdAt, Marker.Length), out _, default, CultureInfo.InvariantCulture);
        return _report;
    }
}
