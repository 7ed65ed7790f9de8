using System;

namespace Defender.Mqtt.Packets;

/// <summary>CONNACK (MQTT 3.1.1, section 3.2).</summary>
public readonly ref struct ConnAckPacket
{
    /// <summary>Whether the server kept state of an earlier connection; always false when refused.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>The answer. Reserved codes are passed on: they refuse too, and AWS IoT Core sends 7.</summary>
    public ConnectReturnCode ReturnCode { get; init; }

    /// <summary>Parses the body of a CONNACK.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out ConnAckPacket packet, out MqttError error)
    {
        packet = default;
        var reader = new BodyReader(body);
        if (reader.TryReadByte(out byte flags)
            && (flags <= 1 || reader.Fail(MqttErrorCode.ReservedBits, "CONNACK sets a reserved flag."))
            && reader.TryReadByte(out byte code)
            && (flags == 0 || code == 0 || reader.Fail(MqttErrorCode.ReturnCode, "CONNACK refuses and yet claims a session."))
            && reader.TryEnd())
        {
            packet = new ConnAckPacket { SessionPresent = flags == 1, ReturnCode = (ConnectReturnCode)code };
        }

        error = reader.Error;
        return !error.IsError;
    }
}
