using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Sockets;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Mqtt.Connections;

/// <content>What the client is sent, up to its farewell.</content>
internal sealed partial class ClientConnection
{
    private ClientCounters? _counters;
    private OutgoingAliases? _outgoingAliases;

    /// <inheritdoc/>
    public int ReceiveMaximum => _request!.ReceiveMaximum;

    /// <inheritdoc/>
    public bool HasRoom => _output.HasRoom;

    /// <inheritdoc/>
    public bool MayReceive(ReadOnlySpan<byte> topic) => _policy.AllowsReceive(topic);

    /// <inheritdoc/>
    public Delivery SendPublish(ref OutgoingMessage message, in PublishHeader header)
    {
        var packet = new PublishPacket
        {
            Topic = message.Topic,
            Payload = message.Payload,
            QoS = header.QoS,
            Retain = header.Retain,
            Dup = header.IsRepeated && Rules.MarksRepeated,
            PacketId = header.PacketId,
            Properties = IsV5 ? MqttProperties.Stored(message.Properties) : default,
        };
        if (IsV5 && SizeOf(packet, header.SubscriptionIds) > _request!.MaximumPacketSize)
            return Delivery.TooLarge;
        bool isSent = IsV5
            ? TrySendV5(packet, header, message.ExpiresAt)
            : TryWrite(packet, static (output, packet) => MqttWriter.WritePublish(output, packet), MqttPacketType.Publish);
        if (!isSent)
            return Delivery.Overrun;
        _output.FlushSoon();
        _tally.MessagesOut++;
        _services.Watch.Metrics.MessageOut();
        _counters?.Received(message.Topic, message.Payload.Length);
        return Delivery.Sent;
    }

    /// <inheritdoc/>
    public bool SendPubRel(ushort packetId)
    {
        bool isSent = TryWrite(packetId, static (output, id) => MqttWriter.WritePubRel(output, id), MqttPacketType.PubRel);
        _output.FlushSoon();
        return isSent;
    }

    /// <inheritdoc/>
    public void Drained()
    {
        if (Session is not { Backlogs: not null } session)
            return;
        try
        {
            _services.Endpoint.SendRetained(session);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never the gateway's.
            _services.Watch.Failed(Name, error);
            CloseSlow();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _silence.Dispose();
        await _stopping.DisposeAsync().ConfigureAwait(false);
        if (Session is not null)
        {
            _services.Endpoint.Close(this, isLost: !_saidDisconnect);
            _counters?.Closed();
        }

        _report?.Release();
        if (IsV5 && Session is not null && Ended is { Code: not MqttReasonCode.Success } ending)
            _wasTold = TryWrite(ending.Code, static (output, code) => MqttWriter.WriteDisconnect(output, code), MqttPacketType.Disconnect);
        try
        {
            await SayFarewellAsync().WaitAsync(Limits.FarewellTimeout, _services.TimeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _connection.Abort(new ConnectionAbortedException("the client does not read"));
        }

        lock (_silence)
            _isOver = true;
    }

    // A socket that is closed with unread bytes is reset, and the reset overtakes the last packet: who was told why reads that
    // first, and what it sends meanwhile goes unread.
    private async Task LingerAsync()
    {
        if (_connection is not SocketConnection { IsPlain: true } socket)
            return;
        try
        {
            socket.EndSending();
            PipeReader input = _connection.Transport.Input;
            while (await input.ReadAsync().ConfigureAwait(false) is { IsCompleted: false } result)
                input.AdvanceTo(result.Buffer.End);
        }
        catch (IOException)
        {
            // It is gone already.
        }
    }

    // Until the socket is closed: what the transport has taken over can wait there for ever, and holds the socket.
    private async Task SayFarewellAsync()
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = _connection.ConnectionClosed.UnsafeRegister(static state => ((TaskCompletionSource)state!).SetResult(), closed);
        await _output.CloseAsync().ConfigureAwait(false);
        if (_wasTold)
            await LingerAsync().ConfigureAwait(false);
        await _connection.Transport.Output.CompleteAsync().ConfigureAwait(false);
        await closed.Task.ConfigureAwait(false);
    }

    private bool TrySendV5(PublishPacket packet, in PublishHeader header, long expiresAt)
    {
        bool isKnown = false;
        ushort alias = _request!.TopicAliasMaximum == 0
            ? (ushort)0
            : (_outgoingAliases ??= new OutgoingAliases(_request.TopicAliasMaximum)).Find(packet.Topic, out isKnown);
        var forwarding = new PublishForwarding
        {
            MessageExpirySeconds = expiresAt == long.MaxValue ? null : SecondsUntil(expiresAt),
            SubscriptionIdentifiers = header.SubscriptionIds,
            TopicAlias = alias,
        };
        return TryWrite(
            new Forwarded { Packet = isKnown ? WithoutTopic(packet) : packet, Forwarding = forwarding },
            static (output, forwarded) => MqttWriter.WritePublish(output, forwarded.Packet, forwarded.Forwarding),
            MqttPacketType.Publish);
    }

    private static PublishPacket WithoutTopic(in PublishPacket packet) => new()
    {
        Payload = packet.Payload,
        QoS = packet.QoS,
        Retain = packet.Retain,
        Dup = packet.Dup,
        PacketId = packet.PacketId,
        Properties = packet.Properties,
    };

    // MQTT5-3.3.2-6: what is left of its life; at least a second of what has not expired.
    private uint SecondsUntil(long expiresAt)
    {
        double left = _services.TimeProvider.GetElapsedTime(_services.TimeProvider.GetTimestamp(), expiresAt).TotalSeconds;
        return left <= 1 ? 1 : (uint)Math.Ceiling(left);
    }

    // With the topic, and with a number for it when the client takes some: never less than what is sent.
    private long SizeOf(in PublishPacket packet, uint[] subscriptionIds)
    {
        int properties = packet.Properties.ForwardedLength + (_request!.TopicAliasMaximum == 0 ? 0 : 3);
        foreach (uint identifier in subscriptionIds)
            properties += 1 + VariableSizeOf(identifier);
        long remaining = 2L + packet.Topic.Length + (packet.PacketId == 0 ? 0 : 2) + VariableSizeOf(properties) + properties + packet.Payload.Length;
        return 1 + VariableSizeOf(remaining) + remaining;
    }

    private static int VariableSizeOf(long value) => value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;

    private void SendAck(MqttPacketType type, ushort packetId, MqttReasonCode code) => Send(
        new Ack(type, packetId, code, IsV5),
        static (output, ack) => ack.Write(output),
        type);

    private void SendConnAck(byte code, bool isSessionPresent, MqttProperties properties) => Send(
        new ConnAck { Code = code, IsSessionPresent = isSessionPresent, Properties = properties, IsV5 = IsV5 },
        static (output, ack) => ack.Write(output),
        MqttPacketType.ConnAck);

    private void Send<TPacket>(TPacket packet, MqttOutput.PacketWriter<TPacket> write, MqttPacketType type)
        where TPacket : allows ref struct
    {
        if (!TryWrite(packet, write, type))
            CloseSlow();
    }

    private bool TryWrite<TPacket>(TPacket packet, MqttOutput.PacketWriter<TPacket> write, MqttPacketType type)
        where TPacket : allows ref struct
    {
        if (!_output.TryWrite(packet, write, out int bytes))
            return false;
        _services.Watch.Metrics.PacketOut(type, bytes);
        return true;
    }

    private readonly ref struct Forwarded
    {
        public PublishPacket Packet { get; init; }

        public PublishForwarding Forwarding { get; init; }
    }

    private readonly ref struct ConnAck
    {
        public byte Code { get; init; }

        public bool IsSessionPresent { get; init; }

        public MqttProperties Properties { get; init; }

        public bool IsV5 { get; init; }

        public void Write(IBufferWriter<byte> output)
        {
            if (IsV5)
                MqttWriter.WriteConnAck(output, (MqttReasonCode)Code, IsSessionPresent, Properties);
            else
                MqttWriter.WriteConnAck(output, (ConnectReturnCode)Code, IsSessionPresent);
        }
    }

    private readonly record struct Ack(MqttPacketType Type, ushort PacketId, MqttReasonCode Code, bool IsV5)
    {
        public void Write(IBufferWriter<byte> output)
        {
            // In MQTT 3.1.1 an acknowledgement has no reason: whatever it was, the exchange is over.
            MqttReasonCode code = IsV5 ? Code : MqttReasonCode.Success;
            switch (Type)
            {
                case MqttPacketType.PubAck:
                    MqttWriter.WritePubAck(output, PacketId, code);
                    break;
                case MqttPacketType.PubRec:
                    MqttWriter.WritePubRec(output, PacketId, code);
                    break;
                case MqttPacketType.PubRel:
                    MqttWriter.WritePubRel(output, PacketId, code);
                    break;
                default:
                    MqttWriter.WritePubComp(output, PacketId, code);
                    break;
            }
        }
    }

    private readonly ref struct FilterCodes(ushort packetId, ReadOnlySpan<MqttReasonCode> codes, bool isV5)
    {
        private readonly ReadOnlySpan<MqttReasonCode> _codes = codes;

        public void WriteSubAck(IBufferWriter<byte> output)
        {
            if (isV5)
                MqttWriter.WriteSubAck(output, packetId, default, _codes);
            else
                MqttWriter.WriteSubAck(output, packetId, MemoryMarshal.AsBytes(_codes));
        }

        public void WriteUnsubAck(IBufferWriter<byte> output)
        {
            if (isV5)
                MqttWriter.WriteUnsubAck(output, packetId, default, _codes);
            else
                MqttWriter.WriteUnsubAck(output, packetId);
        }
    }
}
