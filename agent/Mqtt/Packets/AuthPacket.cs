using System;

namespace Defender.Mqtt.Packets;

/// <summary>AUTH (MQTT 5.0, section 3.15).</summary>
public readonly ref struct AuthPacket
{
    /// <summary>Success, continue or reauthenticate.</summary>
    public MqttReasonCode ReasonCode { get; init; }

    /// <summary>The authentication method, its data, reason string and user properties; none when the packet has no body.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of an AUTH.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out AuthPacket packet, out MqttError error)
    {
        packet = default;
        var reader = new BodyReader(body);
        // Section 3.15.2.1: no body at all is success without properties; every other one names the method (section 3.15.2.2.2).
        if (!body.IsEmpty
            && reader.TryReadByte(out byte reason)
            && (ReasonCodes.IsValid(MqttPacketType.Auth, (MqttReasonCode)reason)
                || reader.Fail(MqttErrorCode.ReturnCode, "The reason code of AUTH is none that it may have."))
            && PropertyReader.TryReadProperties(ref reader, MqttPacketType.Auth, out MqttProperties properties)
            && reader.TryEnd()
            && (properties.Contains(MqttPropertyId.AuthenticationMethod)
                || reader.Fail(MqttErrorCode.PropertyValue, "AUTH has no authentication method.")))
        {
            packet = new AuthPacket { ReasonCode = (MqttReasonCode)reason, Properties = properties };
        }

        error = reader.Error;
        return !error.IsError;
    }
}
