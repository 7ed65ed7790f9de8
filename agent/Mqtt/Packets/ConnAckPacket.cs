using System;

namespace Defender.Mqtt.Packets;

/// <summary>CONNACK (MQTT 3.1.1 and 5.0, section 3.2).</summary>
public readonly ref struct ConnAckPacket
{
    private readonly byte _code;

    /// <summary>Whether the server kept state of an earlier connection; always false when refused.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>The answer of MQTT 3.1.1. Reserved codes are passed on: they refuse too, and AWS IoT Core sends 7.</summary>
    public ConnectReturnCode ReturnCode
    {
        get => (ConnectReturnCode)_code;
        init => _code = (byte)value;
    }

    /// <summary>The answer of MQTT 5.0: the same byte in its words.</summary>
    public MqttReasonCode ReasonCode => (MqttReasonCode)_code;

    /// <summary>MQTT 5.0: the server's limits and what it chose for the client; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of a CONNACK.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version of the CONNECT.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, out ConnAckPacket packet, out MqttError error, MqttVersion version = MqttVersion.V311)
    {
        packet = default;
        var reader = new BodyReader(body);
        MqttProperties properties = default;
        if (reader.TryReadByte(out byte flags)
            && (flags <= 1 || reader.Fail(MqttErrorCode.ReservedBits, "CONNACK sets a reserved flag."))
            && reader.TryReadByte(out byte code)
            && (flags == 0 || code == 0 || reader.Fail(MqttErrorCode.ReturnCode, "CONNACK refuses and yet claims a session."))
            && (version != MqttVersion.V5 || TryReadRest(ref reader, code, out properties))
            && reader.TryEnd())
        {
            packet = new ConnAckPacket { SessionPresent = flags == 1, ReturnCode = (ConnectReturnCode)code, Properties = properties };
        }

        error = reader.Error;
        return !error.IsError;
    }

    private static bool TryReadRest(scoped ref BodyReader reader, byte code, out MqttProperties properties)
    {
        properties = default;
        return (ReasonCodes.IsValid(MqttPacketType.ConnAck, (MqttReasonCode)code)
                || reader.Fail(MqttErrorCode.ReturnCode, "The reason code of CONNACK is none that it may have."))
            && PropertyReader.TryReadProperties(ref reader, MqttPacketType.ConnAck, out properties);
    }
}
