using System;
using System.Buffers;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using Defender.Agent.Linux.Tests.Tls;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>A gateway on a thread of its own, for one connection: acknowledges each report and then accepts it.</summary>
internal sealed class AnsweringServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly MqttVersion _version;
    private readonly TestAuthority? _authority;
    private readonly Thread _thread;
    private ushort _lastId;

    /// <param name="version">The version it speaks.</param>
    /// <param name="authority">Issues its certificate; null for plain TCP.</param>
    public AnsweringServer(MqttVersion version, TestAuthority? authority)
    {
        _version = version;
        _authority = authority;
        _listener.Start();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            using TcpClient client = _listener.AcceptTcpClient();
            client.NoDelay = true;
            using Stream stream = Open(client.GetStream());
            byte[] buffer = new byte[256 * 1024];
            int held = 0;
            while (stream.Read(buffer, held, buffer.Length - held) is > 0 and int count)
            {
                held += count;
                ReadOnlySequence<byte> unread = new(buffer, 0, held);
                while (MqttFraming.TryReadFrame(unread, buffer.Length, out MqttFrame frame, out _, _version) == MqttReadStatus.Complete)
                {
                    Answer(frame);
                    unread = unread.Slice(frame.End);
                }

                buffer.AsSpan(held - (int)unread.Length, (int)unread.Length).CopyTo(buffer);
                held = (int)unread.Length;
                stream.Write(_output.WrittenSpan);
                _output.ResetWrittenCount();
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException)
        {
            // The agent, or the test, is done.
        }
    }

    private Stream Open(NetworkStream stream)
    {
        if (_authority is null)
            return stream;
        (string certificate, string key) = _authority.Issue();
        using X509Certificate2 pem = X509Certificate2.CreateFromPemFile(certificate, key);
        SslStream tls = new(stream);
        tls.AuthenticateAsServer(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
        return tls;
    }

    private void Answer(in MqttFrame frame)
    {
        using MqttBody body = frame.OpenBody();
        switch (frame.Type)
        {
            case MqttPacketType.Connect when _version == MqttVersion.V5:
                MqttWriter.WriteConnAck(_output, MqttReasonCode.Success);
                break;
            case MqttPacketType.Connect:
                MqttWriter.WriteConnAck(_output, ConnectReturnCode.Accepted);
                break;
            case MqttPacketType.Subscribe:
                // The identifier is the first of the body in both versions; the code of QoS 1 is the last of SUBACK.
                byte[] acknowledgement = _version == MqttVersion.V5
                    ? [0x90, 4, body.Span[0], body.Span[1], 0, 1]
                    : [0x90, 3, body.Span[0], body.Span[1], 1];
                _output.Write(acknowledgement);
                break;
            case MqttPacketType.PingReq:
                _output.Write((byte[])[0xD0, 0]);
                break;
            case MqttPacketType.Publish when PublishPacket.TryParse(frame.Flags, body.Span, out PublishPacket report, out _, _version):
                Accept(report);
                break;
            default:
                break;
        }
    }

    private void Accept(in PublishPacket report)
    {
        MqttWriter.WritePubAck(_output, report.PacketId);
        bool isCbor = Encoding.UTF8.GetString(report.Topic).EndsWith("cbor", StringComparison.Ordinal);
        byte[] topic = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(report.Topic) + "/accepted");
        // {"status": "ACCEPTED"}: an answer without an id is for the report on its way.
        byte[] document = isCbor ? [0xA1, 0x66, .. "status"u8, 0x68, .. "ACCEPTED"u8]
            : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $$"""{"thingName":"pump-17","status":"ACCEPTED","timestamp":{{_lastId}}}"""));
        MqttWriter.WritePublish(
            _output,
            new PublishPacket { Topic = topic, Payload = document, QoS = MqttQoS.AtLeastOnce, PacketId = ++_lastId },
            _version);
    }
}
