using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>PUBLISH (MQTT 3.1.1, section 3.3); its spans point into the body it was parsed from.</summary>
public readonly ref struct PublishPacket
{
    internal const int DupFlag = 0x08;
    internal const int RetainFlag = 0x01;

    /// <summary>The topic name in UTF-8: 1 to 65,535 bytes without wildcards.</summary>
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

    /// <summary>Parses a PUBLISH; allocates nothing.</summary>
    /// <param name="flags">The low four bits of the first byte.</param>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(byte flags, ReadOnlySpan<byte> body, out PublishPacket packet, out MqttError error)
    {
        packet = default;
        error = CheckFlags(flags);
        if (error.IsError)
        {
            return false;
        }

        MqttQoS qos = QoSOf(flags);
        ushort packetId = 0;
        var reader = new BodyReader(body);
        if (reader.TryReadString(out ReadOnlySpan<byte> topic)
            && (TopicName.HasValidGrammar(topic)
                || reader.Fail(MqttErrorCode.InvalidTopicName, "The topic of PUBLISH is empty or holds a wildcard."))
            && (qos == MqttQoS.AtMostOnce || reader.TryReadPacketId(out packetId)))
        {
            packet = new PublishPacket
            {
                Topic = topic,
                Payload = reader.ReadRest(),
                QoS = qos,
                Dup = (flags & DupFlag) != 0,
                Retain = (flags & RetainFlag) != 0,
                PacketId = packetId,
            };
        }

        error = reader.Error;
        return !error.IsError;
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
