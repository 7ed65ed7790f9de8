using System;
using Defender.Evaluator.Things;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Mqtt;

/// <content>What each packet of a client means.</content>
internal sealed partial class MqttSession
{
    private Step Handle(MqttPacketType type, byte flags, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MqttPacketType.Connect when !_connected:
                return Connect(body);
            case MqttPacketType.Publish:
                return Publish(flags, body);
            case MqttPacketType.PubAck:
                return PubAck(body);
            case MqttPacketType.Subscribe:
                return Subscribe(body);
            case MqttPacketType.Unsubscribe:
                return Unsubscribe(body);
            case MqttPacketType.PingReq or MqttPacketType.Disconnect when !EmptyPacket.TryParse(body, out MqttError error):
                return Refuse(error.ToString());
            case MqttPacketType.PingReq:
                Send(0, static (output, _) => MqttWriter.WritePingResp(output));
                return Step.Next;
            case MqttPacketType.Disconnect:
                _will = null; // MQTT-3.14.4-3
                return Step.Closed;
            default:
                return Refuse($"it sent {type}, which no client may send now");
        }
    }

    private Step Connect(ReadOnlySpan<byte> body)
    {
        if (!ConnectPacket.TryParse(body, out ConnectPacket packet, out MqttError error))
        {
            if (error.Code == MqttErrorCode.ProtocolLevel)
                return RefuseConnect(ConnectReturnCode.UnacceptableProtocolVersion, error.ToString());
            if (error.Code == MqttErrorCode.IdentifierRejected)
                return RefuseConnect(ConnectReturnCode.IdentifierRejected, error.ToString());
            return Refuse(error.ToString());
        }

        // The client identifier is a thing's identity (AWS), so it obeys the same rule; wildcards in it could reach into filters.
        if (!packet.ClientId.IsEmpty && (!ThingName.IsValid(packet.ClientId, out _) || packet.ClientId.IndexOfAny("+#"u8) >= 0))
            return RefuseConnect(ConnectReturnCode.IdentifierRejected, "its client identifier is longer than 128 bytes, or holds a control character or a wildcard");

        ClientId = packet.ClientId.IsEmpty ? $"auto-{_connection.ConnectionId}" : Text(packet.ClientId);
        _connected = true;
        _endpoint.Register(this)?.Close("another connection took its client identifier");

        // As with PUBLISH: nobody speaks on a reserved topic in the gateway's name.
        if (packet.HasWill && packet.WillTopic[0] != '$')
            _will = new Will(packet.WillTopic.ToArray(), packet.WillMessage.ToArray(), packet.WillQoS);
        TimeSpan keepAlive = TimeSpan.FromSeconds(packet.KeepAliveSeconds);
        if (keepAlive == TimeSpan.Zero || keepAlive > MqttLimits.MaxKeepAlive)
            keepAlive = MqttLimits.MaxKeepAlive;
        _silence.Restart(keepAlive * 1.5); // MQTT-3.1.2-24
        Send(ConnectReturnCode.Accepted, static (output, code) => MqttWriter.WriteConnAck(output, code));
        return Step.Next;
    }

    private Step RefuseConnect(ConnectReturnCode code, string reason)
    {
        Send(code, static (output, refusal) => MqttWriter.WriteConnAck(output, refusal));
        return Refuse(reason);
    }

    private Step Publish(byte flags, ReadOnlySpan<byte> body)
    {
        if (!PublishPacket.TryParse(flags, body, out PublishPacket packet, out MqttError error))
            return Refuse(error.ToString());
        // AWS: QoS 0 and 1 only.
        if (packet.QoS == MqttQoS.ExactlyOnce)
            return Refuse("it published at QoS 2, which is not supported");
        if (_report.TryFill(packet.Topic, packet.Payload))
        {
            _reportPacketId = packet.PacketId;
            return Step.JudgeReport;
        }

        // AWS: topics that start with $ are reserved. DEV-06: what is not known among them is acknowledged and goes nowhere.
        if (packet.Topic[0] != '$')
            _endpoint.Publish(packet.Topic, packet.Payload, packet.QoS);
        Acknowledge(packet.PacketId);
        return Step.Next;
    }

    private Step PubAck(ReadOnlySpan<byte> body)
    {
        if (!AckPacket.TryParse(body, out AckPacket packet, out MqttError error))
            return Refuse(error.ToString());
        return _deliveries.TryAcknowledge(packet.PacketId) ? Step.Next : Refuse(DoesNotRead);
    }

    private Step Subscribe(ReadOnlySpan<byte> body)
    {
        if (!SubscribePacket.TryParse(body, out SubscribePacket packet, out MqttError error))
            return Refuse(error.ToString());
        if (packet.Count > MqttLimits.MaxFiltersPerSubscribe)
            return Refuse($"it subscribed to more than {MqttLimits.MaxFiltersPerSubscribe} filters at once");

        Span<byte> codes = stackalloc byte[packet.Count];
        int index = 0;
        foreach (TopicSubscription entry in packet)
        {
            // DEV-07: a subscription at QoS 2 gets the highest quality there is.
            MqttQoS granted = entry.QoS == MqttQoS.AtMostOnce ? MqttQoS.AtMostOnce : MqttQoS.AtLeastOnce;
            bool taken = _endpoint.TrySubscribe(this, entry.Filter, granted);
            codes[index++] = taken ? (byte)granted : SubAckPacket.Failure;
        }

        Send(new SubAck(packet.PacketId, codes), static (output, answer) => MqttWriter.WriteSubAck(output, answer.PacketId, answer.Codes));
        return Step.Next;
    }

    private Step Unsubscribe(ReadOnlySpan<byte> body)
    {
        if (!UnsubscribePacket.TryParse(body, out UnsubscribePacket packet, out MqttError error))
            return Refuse(error.ToString());
        foreach (ReadOnlySpan<byte> filter in packet)
            _endpoint.Unsubscribe(this, filter);
        Send(packet.PacketId, static (output, id) => MqttWriter.WriteUnsubAck(output, id));
        return Step.Next;
    }

    private readonly ref struct SubAck(ushort packetId, ReadOnlySpan<byte> codes)
    {
        public ushort PacketId { get; } = packetId;

        public ReadOnlySpan<byte> Codes { get; } = codes;
    }
}
