using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>PUBLISH (MQTT 3.1.1 and 5.0, section 3.3); its spans point into the body it was parsed from.</summary>
public readonly ref struct PublishPacket
{
    internal const int DupFlag = 0x08;
    internal const int RetainFlag = 0x01;

    /// <summary>The topic name in UTF-8: 1 to 65,535 bytes without wildcards; in MQTT 5.0 empty when a topic alias stands for it.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The message: any bytes, also none.</summary>
    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>How the message is acknowledged.</summary>
    public MqttQoS QoS { get; init; }

    /// <summary>Whether the sender has sent it before; never with QoS 0.</summary>
    public bool Dup { get; init; }

    /// <summary>To a server: keep it for later subscribers. From a server: it was kept.</summary>
    public bool Retain { get; init; }

    /// <summary>1 to 65,535 with QoS 1 and 2; 0 with QoS 0, which has none on the wire.</summary>
    public ushort PacketId { get; init; }

    /// <summary>MQTT 5.0: what is said of the message, and the topic alias; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses a PUBLISH; allocates nothing.</summary>
    /// <param name="flags">The low four bits of the first byte.</param>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    /// <param name="fromServer">Whether a server sent it, which alone may send subscription identifiers (v5 MQTT-3.3.4-6).</param>
    public static bool TryParse(
        byte flags,
        ReadOnlySpan<byte> body,
        out PublishPacket packet,
        out MqttError error,
        MqttVersion version = MqttVersion.V311,
        bool fromServer = false)
    {
        packet = default;
        error = CheckFlags(flags);
        if (error.IsError)
        {
            return false;
        }

        MqttQoS qos = QoSOf(flags);
        ushort packetId = 0;
        MqttProperties properties = default;
        var reader = new BodyReader(body);
        if (reader.TryReadString(out ReadOnlySpan<byte> topic)
            && (TopicName.HasValidGrammar(topic) || (topic.IsEmpty && version == MqttVersion.V5)
                || reader.Fail(MqttErrorCode.InvalidTopicName, "The topic of PUBLISH is empty or holds a wildcard."))
            && (qos == MqttQoS.AtMostOnce || reader.TryReadPacketId(out packetId))
            && (version != MqttVersion.V5 || TryReadProperties(ref reader, topic, fromServer, out properties)))
        {
            packet = new PublishPacket
            {
                Topic = topic,
                Payload = reader.ReadRest(),
                QoS = qos,
                Dup = (flags & DupFlag) != 0,
                Retain = (flags & RetainFlag) != 0,
                PacketId = packetId,
                Properties = properties,
            };
        }

        error = reader.Error;
        return !error.IsError;
    }

    private static bool TryReadProperties(
        scoped ref BodyReader reader, scoped ReadOnlySpan<byte> topic, bool fromServer, out MqttProperties properties)
    {
        if (!PropertyReader.TryReadProperties(ref reader, MqttPacketType.Publish, out properties))
        {
            return false;
        }

        if (!fromServer && properties.Contains(MqttPropertyId.SubscriptionIdentifier))
        {
            return reader.Fail(MqttErrorCode.WrongDirection, "A client sends a subscription identifier in PUBLISH.");
        }

        return !topic.IsEmpty || properties.Contains(MqttPropertyId.TopicAlias)
            || reader.Fail(MqttErrorCode.MissingTopic, "PUBLISH has neither a topic nor a topic alias.");
    }

    internal static MqttError CheckFlags(byte flags)
    {
        MqttQoS qos = QoSOf(flags);
        if (qos > MqttQoS.ExactlyOnce)
        {
            return new(MqttErrorCode.InvalidQoS, "The QoS of PUBLISH is 3.");
        }

        return qos == MqttQoS.AtMostOnce && (flags & DupFlag) != 0
            ? new(MqttErrorCode.DupWithoutQoS, "PUBLISH sets DUP with QoS 0.")
            : default;
    }

    private static MqttQoS QoSOf(byte flags) => (MqttQoS)((flags >> 1) & 3);
}
