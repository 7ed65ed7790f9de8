using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Agent.Firmware.Tests.Gateway;

/// <summary>A gateway on the loopback that does what its test says: takes or refuses connections, acknowledges and answers or does not.</summary>
internal sealed class FakeGateway : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _reports = new();
    private readonly List<Session> _sessions = [];
    private int _connects;

    public FakeGateway()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConnectReturnCode ReturnCode { get; set; } = ConnectReturnCode.Accepted;

    /// <summary>What SUBACK says of each filter.</summary>
    public Func<string, byte> Grant { get; set; } = _ => 1;

    public bool Acknowledges { get; set; } = true;

    /// <summary>The answer to a report: topic suffix and document; null for none.</summary>
    public Func<long, (string Suffix, string Document)?> Answer { get; set; } = Accept;

    /// <summary>CONNECTs so far.</summary>
    public int Connects => _connects;

    /// <summary>The reports so far, as they came.</summary>
    public string[] Reports => [.. _reports];

    public string LastClientId { get; private set; } = "";

    public static (string Suffix, string Document)? Accept(long id) =>
        ("accepted", $$"""{"thingName":"pump-17","reportId":{{id}},"status":"ACCEPTED","timestamp":1}""");

    public static (string Suffix, string Document)? Reject(long id, string code) =>
        ("rejected", $$$"""{"thingName":"pump-17","reportId":{{{id}}},"status":"REJECTED","statusDetails":{"ErrorCode":"{{{code}}}","ErrorMessage":"no"},"timestamp":1}""");

    public static long IdOf(string report) => JsonDocument.Parse(report).RootElement.GetProperty("header").GetProperty("report_id").GetInt64();

    /// <summary>A number among the custom metrics of a report; null when it is not there.</summary>
    public static double? MetricOf(string report, string name) =>
        JsonDocument.Parse(report).RootElement.GetProperty("custom_metrics").TryGetProperty(name, out JsonElement metric)
            ? metric[0].GetProperty("number").GetDouble()
            : null;

    /// <summary>Publishes to whoever is connected.</summary>
    public void Publish(string topic, string message)
    {
        foreach (Session session in Sessions())
            session.Publish(topic, Encoding.UTF8.GetBytes(message));
    }

    /// <summary>Breaks every connection.</summary>
    public void Drop()
    {
        foreach (Session session in Sessions())
            session.Dispose();
    }

    public void Dispose()
    {
        _listener.Stop();
        Drop();
    }

    private Session[] Sessions()
    {
        lock (_sessions)
            return [.. _sessions];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var session = new Session(await _listener.AcceptSocketAsync(), this);
                lock (_sessions)
                    _sessions.Add(session);
                _ = session.RunAsync();
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private sealed class Session(Socket socket, FakeGateway gateway) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);
        private readonly Lock _gate = new();
        private byte[] _received = [];

        public async Task RunAsync()
        {
            byte[] buffer = new byte[65536];
            try
            {
                int count;
                while ((count = await _stream.ReadAsync(buffer)) > 0)
                {
                    _received = [.. _received, .. buffer[..count]];
                    while (TryTake())
                    {
                    }
                }
            }
            catch (Exception failure) when (failure is System.IO.IOException or ObjectDisposedException)
            {
                // Gone.
            }
            finally
            {
                Dispose();
            }
        }

        public void Publish(string topic, byte[] message) => Send(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = Encoding.UTF8.GetBytes(topic), Payload = message, QoS = MqttQoS.AtMostOnce }));

        public void Dispose() => _stream.Dispose();

        private bool TryTake()
        {
            var sequence = new ReadOnlySequence<byte>(_received);
            if (MqttFraming.TryReadFrame(sequence, MqttFraming.MaxPacketSize, out MqttFrame frame, out _) != MqttReadStatus.Complete)
                return false;
            byte[] rest = sequence.Slice(frame.End).ToArray();
            byte[] body = frame.Body.ToArray();
            Take(frame.Type, frame.Flags, body);
            _received = rest;
            return true;
        }

        private void Take(MqttPacketType type, byte flags, byte[] body)
        {
            switch (type)
            {
                case MqttPacketType.Connect when ConnectPacket.TryParse(body, out ConnectPacket connect, out _):
                    gateway.LastClientId = Encoding.UTF8.GetString(connect.ClientId);
                    Interlocked.Increment(ref gateway._connects);
                    Send(output => MqttWriter.WriteConnAck(output, gateway.ReturnCode));
                    break;
                case MqttPacketType.Subscribe when SubscribePacket.TryParse(body, out SubscribePacket subscribe, out _):
                    List<byte> codes = [];
                    foreach (TopicSubscription entry in subscribe)
                        codes.Add(gateway.Grant(Encoding.UTF8.GetString(entry.Filter)));
                    ushort subscribeId = subscribe.PacketId;
                    Send(output => MqttWriter.WriteSubAck(output, subscribeId, [.. codes]));
                    break;
                case MqttPacketType.Publish when PublishPacket.TryParse(flags, body, out PublishPacket publish, out _):
                    TakeReport(Encoding.UTF8.GetString(publish.Topic), Encoding.UTF8.GetString(publish.Payload), publish.QoS, publish.PacketId);
                    break;
                case MqttPacketType.Disconnect:
                    Dispose();
                    break;
                default:
                    break;
            }
        }

        private void TakeReport(string topic, string report, MqttQoS qos, ushort id)
        {
            Xunit.Assert.Equal(("$aws/things/pump-17/defender/metrics/json", MqttQoS.AtLeastOnce), (topic, qos));
            gateway._reports.Enqueue(report);
            if (!gateway.Acknowledges)
                return;
            Send(output => MqttWriter.WritePubAck(output, id));
            if (gateway.Answer(IdOf(report)) is { } answer)
                Publish($"{topic}/{answer.Suffix}", Encoding.UTF8.GetBytes(answer.Document));
        }

        private void Send(Action<IBufferWriter<byte>> write)
        {
            var output = new ArrayBufferWriter<byte>();
            write(output);
            lock (_gate)
            {
                try
                {
                    _stream.Write(output.WrittenSpan);
                }
                catch (Exception failure) when (failure is System.IO.IOException or ObjectDisposedException)
                {
                    // Gone.
                }
            }
        }
    }
}
