using System;
using Defender.Evaluator.Things;
using Defender.Gateway.Ingest;
using Defender.Gateway.Mqtt.Routing;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Mqtt.Connections;

/// <content>What the client publishes.</content>
internal sealed partial class ClientConnection
{
    private Step Publish(byte flags, ReadOnlySpan<byte> body)
    {
        if (!PublishPacket.TryParse(flags, body, out PublishPacket packet, out MqttError error, Version))
            return Refuse(error);
        if (packet.QoS > Rules.MaximumQoS)
            return Refuse(ConnectionEnd.OverLimit, "it published at QoS 2, which is not supported", MqttReasonCode.QoSNotSupported);
        if (packet.Payload.Length > Limits.MaxPayloadBytes)
            return Refuse(ConnectionEnd.OverLimit, $"it published more than {Limits.MaxPayloadBytes} bytes at once", MqttReasonCode.PacketTooLarge);
        ReadOnlySpan<byte> topic = packet.Topic;
        if (IsV5 && !TryResolveAlias(packet, ref topic))
            return Refuse(ConnectionEnd.Malformed, "it published with a topic alias that is not known", MqttReasonCode.TopicAliasInvalid);
        _pause = _rate.Take(packet.Payload.Length, Limits, _services.TimeProvider);
        if (packet.QoS == MqttQoS.ExactlyOnce && Session!.Received.Contains(packet.PacketId))
        {
            // MQTT-4.3.3-2: it has come before, and was passed on then.
            Acknowledge(packet.QoS, packet.PacketId, MqttReasonCode.Success);
            return Step.Next;
        }

        if (packet.QoS == MqttQoS.ExactlyOnce && Session!.Received.Count >= Limits.ReceiveMaximum)
        {
            // CVE-2023-28366: what is held of exactly-once messages is bounded.
            return Refuse(
                ConnectionEnd.OverLimit, $"it has {Limits.ReceiveMaximum} messages of QoS 2 unfinished", MqttReasonCode.ReceiveMaximumExceeded);
        }

        bool isReport = ReportTopic.TryParse(topic, out _);
        // AWS: topics that start with $ are reserved. DEV-06: what is not known among them is acknowledged and goes nowhere,
        // whatever policies say. The name in a report's topic has a rule of its own (R19).
        bool isNowhere = topic[0] == '$' && !isReport;
        if (!isNowhere && ((!isReport && !IsWithinLimits(topic)) || !_policy.AllowsPublish(topic, packet.Retain)))
            return DenyPublish(packet, topic);
        _counters?.Sent(topic, packet.Payload.Length);
        _tally.MessagesIn++;
        _services.Watch.Metrics.MessageIn();
        if (isNowhere)
            Acknowledge(packet.QoS, packet.PacketId, MqttReasonCode.Success);
        return isNowhere ? Step.Next : Accept(packet, topic);
    }

    private Step Accept(in PublishPacket packet, ReadOnlySpan<byte> topic)
    {
        if ((_report ??= new ReportRequest()).TryFill(topic, packet.Payload))
        {
            _reportQoS = packet.QoS;
            _reportPacketId = packet.PacketId;
            return Step.JudgeReport;
        }

        var message = new OutgoingMessage(topic, packet.Payload)
        {
            Properties = packet.Properties.Bytes,
            QoS = packet.QoS,
            Retain = packet.Retain,
            ExpiresAt = ExpiryOf(packet),
            Publisher = ClientId,
        };
        bool isKept = _services.Endpoint.Publish(ref message, Session!.Author);
        Acknowledge(packet.QoS, packet.PacketId, isKept ? MqttReasonCode.Success : MqttReasonCode.QuotaExceeded);
        return Step.Next;
    }

    private Step DenyPublish(in PublishPacket packet, ReadOnlySpan<byte> topic)
    {
        bool isTooLong = !IsWithinLimits(topic) && !ReportTopic.TryParse(topic, out _);
        if (!isTooLong)
            CountDenied(topic, "iot:Publish", packet.Payload.Length);
        MqttReasonCode code = isTooLong ? MqttReasonCode.TopicNameInvalid : MqttReasonCode.NotAuthorized;
        bool canSay = IsV5 && packet.QoS != MqttQoS.AtMostOnce;
        if (Rules.ClosesDenied && !canSay)
        {
            return Refuse(
                isTooLong ? ConnectionEnd.OverLimit : ConnectionEnd.Denied,
                $"it may not publish to {Printable.Name(topic)}",
                code);
        }

        Acknowledge(packet.QoS, packet.PacketId, code);
        return Step.Next;
    }

    private bool TryResolveAlias(in PublishPacket packet, ref ReadOnlySpan<byte> topic)
    {
        if (!packet.Properties.TryGetUInt32(MqttPropertyId.TopicAlias, out uint alias))
            return true;
        if (alias > Limits.TopicAliasMaximum)
            return false;
        _aliases ??= new TopicAliases(Limits.TopicAliasMaximum, Limits.MaxTopicBytes);
        return _aliases.TryResolve((int)alias, ref topic);
    }

    private long ExpiryOf(in PublishPacket packet) =>
        packet.Properties.TryGetUInt32(MqttPropertyId.MessageExpiryInterval, out uint seconds)
            ? _services.TimeProvider.GetTimestamp() + (seconds * _services.TimeProvider.TimestampFrequency)
            : long.MaxValue;

    private Step PubAck(ReadOnlySpan<byte> body)
    {
        if (!AckPacket.TryParse(MqttPacketType.PubAck, body, Version, out AckPacket packet, out MqttError error))
            return Refuse(error);
        Complete(packet.PacketId);
        return Step.Next;
    }

    private void Complete(ushort packetId)
    {
        if (!Session!.Deliveries.Complete(packetId))
            CloseSlow();
        _services.Endpoint.SendRetained(Session);
    }

    // MQTT-4.3.3: the rest of the exchange of QoS 2, in both directions.
    private Step ExactlyOnce(MqttPacketType type, ReadOnlySpan<byte> body)
    {
        if (!AckPacket.TryParse(type, body, Version, out AckPacket packet, out MqttError error))
            return Refuse(error);
        switch (type)
        {
            case MqttPacketType.PubRel:
                bool isKnown = Session!.Received.Remove(packet.PacketId);
                SendAck(MqttPacketType.PubComp, packet.PacketId, isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                return Step.Next;
            case MqttPacketType.PubRec when packet.ReasonCode < MqttReasonCode.UnspecifiedError:
                isKnown = Session!.Deliveries.Release(packet.PacketId);
                SendAck(MqttPacketType.PubRel, packet.PacketId, isKnown ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound);
                return Step.Next;
            default:
                Complete(packet.PacketId);
                return Step.Next;
        }
    }

    private void Acknowledge(MqttQoS qos, ushort packetId, MqttReasonCode code)
    {
        if (qos == MqttQoS.AtLeastOnce)
        {
            SendAck(MqttPacketType.PubAck, packetId, code);
        }
        else if (qos == MqttQoS.ExactlyOnce)
        {
            // MQTT5-4.3.3: a PUBREC that refuses ends the exchange.
            if (code < MqttReasonCode.UnspecifiedError)
                Session!.Received.Add(packetId);
            SendAck(MqttPacketType.PubRec, packetId, code);
        }
    }

    private void CountDenied(ReadOnlySpan<byte> topic, string operation, int bytes)
    {
        _tally.AuthorizationFailures++;
        _counters?.AuthorizationFailure(topic);
        _services.Watch.Denied(ClientId, Name, operation, topic, bytes);
    }

    private bool IsWithinLimits(ReadOnlySpan<byte> topic) =>
        topic.Length <= Limits.MaxTopicBytes && (topic.Length <= Limits.MaxTopicSlashes || topic.Count((byte)'/') <= Limits.MaxTopicSlashes);
}
