using System;
using Defender.Gateway.Mqtt.Routing;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt.Connections;

/// <content>What the client subscribes to.</content>
internal sealed partial class ClientConnection
{
    private Step Subscribe(ReadOnlySpan<byte> body)
    {
        if (!SubscribePacket.TryParse(body, out SubscribePacket packet, out MqttError error, Version))
            return Refuse(error);
        if (packet.Count > Limits.MaxFiltersPerSubscribe)
        {
            return Refuse(
                ConnectionEnd.OverLimit, $"it subscribed to more than {Limits.MaxFiltersPerSubscribe} filters at once", MqttReasonCode.QuotaExceeded);
        }

        _pause = _rate.Take(0, Limits, _services.TimeProvider);
        uint[] identifiers = packet.Properties.TryGetUInt32(MqttPropertyId.SubscriptionIdentifier, out uint identifier) ? [identifier] : [];
        // At most a thousand by any limit; each also needs a subscription, which counts towards the session's.
        Span<MqttReasonCode> codes = packet.Count <= 256 ? stackalloc MqttReasonCode[packet.Count] : new MqttReasonCode[packet.Count];
        Span<bool> getsRetained = packet.Count <= 256 ? stackalloc bool[packet.Count] : new bool[packet.Count];
        int index = 0;
        foreach (TopicSubscription entry in packet)
        {
            MqttReasonCode code = Subscribe(entry, identifiers, out getsRetained[index]);
            if (code == MqttReasonCode.NotAuthorized && Rules.ClosesDenied && !IsV5)
                return Refuse(ConnectionEnd.Denied, $"it may not subscribe to {Printable.Name(entry.Filter)}", code);
            codes[index++] = IsV5 || code <= MqttReasonCode.GrantedQoS2 ? code : (MqttReasonCode)SubAckPacket.Failure;
        }

        Send(new FilterCodes(packet.PacketId, codes, IsV5), static (output, answer) => answer.WriteSubAck(output), MqttPacketType.SubAck);
        AddBacklogs(packet, getsRetained);
        _services.Endpoint.SendRetained(Session!);
        return Step.Next;
    }

    private MqttReasonCode Subscribe(in TopicSubscription entry, uint[] identifiers, out bool getsRetained)
    {
        getsRetained = false;
        if (!IsWithinLimits(entry.Filter))
            return MqttReasonCode.TopicFilterInvalid;
        if (entry.Filter.StartsWith("$share/"u8) && !TopicFilter.TryParseShared(entry.Filter, out _, out _))
            return MqttReasonCode.TopicFilterInvalid; // CVE-2025-68699
        if (!_policy.AllowsSubscribe(entry.Filter))
        {
            CountDenied(entry.Filter, "iot:Subscribe", 0);
            return MqttReasonCode.NotAuthorized;
        }

        // DEV-07: a subscription at QoS 2 gets the highest quality there is.
        MqttQoS granted = entry.QoS < Rules.MaximumQoS ? entry.QoS : Rules.MaximumQoS;
        var subscription = new Subscription(Session!, granted)
        {
            NoLocal = entry.Options.NoLocal,
            RetainAsPublished = entry.Options.RetainAsPublished,
            Identifiers = identifiers,
        };
        if (!_services.Endpoint.TrySubscribe(Session!, entry.Filter, subscription, out bool isNew))
            return MqttReasonCode.QuotaExceeded;
        // Rights that were reviewed meanwhile did not find it.
        if (!_policy.AllowsSubscribe(entry.Filter))
        {
            _services.Endpoint.Unsubscribe(Session!, entry.Filter);
            return MqttReasonCode.NotAuthorized;
        }

        getsRetained = entry.Options.RetainHandling == MqttRetainHandling.Send
            || (entry.Options.RetainHandling == MqttRetainHandling.SendIfNew && isNew);
        return (MqttReasonCode)granted;
    }

    private void AddBacklogs(in SubscribePacket packet, ReadOnlySpan<bool> getsRetained)
    {
        int index = 0;
        foreach (TopicSubscription entry in packet)
        {
            if (getsRetained[index++])
                _services.Endpoint.AddBacklog(Session!, entry.Filter);
        }
    }

    private Step Unsubscribe(ReadOnlySpan<byte> body)
    {
        if (!UnsubscribePacket.TryParse(body, out UnsubscribePacket packet, out MqttError error, Version))
            return Refuse(error);
        // A filter takes three bytes at least: bounded by the longest packet. MQTT 3.1.1 has no codes to give.
        Span<MqttReasonCode> codes = !IsV5 ? [] : packet.Count <= 256 ? stackalloc MqttReasonCode[packet.Count] : new MqttReasonCode[packet.Count];
        int index = 0;
        foreach (ReadOnlySpan<byte> filter in packet)
        {
            bool isEnded = _services.Endpoint.Unsubscribe(Session!, filter);
            if (IsV5)
                codes[index++] = isEnded ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted;
        }

        Send(new FilterCodes(packet.PacketId, codes, IsV5), static (output, answer) => answer.WriteUnsubAck(output), MqttPacketType.UnsubAck);
        return Step.Next;
    }
}
