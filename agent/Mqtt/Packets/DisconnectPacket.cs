using System;

namespace Defender.Mqtt.Packets;

/// <summary>DISCONNECT (MQTT 3.1.1 and 5.0, section 3.14).</summary>
public readonly ref struct DisconnectPacket
{
    /// <summary>Why; <see cref="MqttReasonCode.Success"/> with MQTT 3.1.1 and where it was left out.</summary>
    public MqttReasonCode ReasonCode { get; init; }

    /// <summary>MQTT 5.0: session expiry of a client, server reference, reason string, user properties; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Parses the body of a DISCONNECT.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    /// <param name="fromServer">Whether a server sent it; each side has reasons and properties of its own.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body,
        out DisconnectPacket packet,
        out MqttError error,
        MqttVersion version = MqttVersion.V311,
        bool fromServer = false)
    {
        packet = default;
        if (version != MqttVersion.V5)
        {
            return EmptyPacket.TryParse(body, out error);
        }

        var reader = new BodyReader(body);
        byte reason = 0;
        MqttProperties properties = default;
        // Section 3.14.2.1: without a reason it is normal, and below two bytes there are no properties.
        if ((reader.AtEnd || reader.TryReadByte(out reason))
            && CheckReason(ref reader, (MqttReasonCode)reason, fromServer)
            && (reader.AtEnd || PropertyReader.TryReadProperties(ref reader, MqttPacketType.Disconnect, out properties))
            && reader.TryEnd()
            && CheckDirection(ref reader, properties, fromServer))
        {
            packet = new DisconnectPacket { ReasonCode = (MqttReasonCode)reason, Properties = properties };
        }

        error = reader.Error;
        return !error.IsError;
    }

    private static bool CheckReason(scoped ref BodyReader reader, MqttReasonCode reason, bool fromServer)
    {
        if (ReasonCodes.IsValidDisconnect(reason, fromServer))
        {
            return true;
        }

        return ReasonCodes.IsValidDisconnect(reason, !fromServer)
            ? reader.Fail(MqttErrorCode.WrongDirection, "Only the other side may give this reason in DISCONNECT.")
            : reader.Fail(MqttErrorCode.ReturnCode, "The reason code of DISCONNECT is none that it may have.");
    }

    private static bool CheckDirection(scoped ref BodyReader reader, scoped in MqttProperties properties, bool fromServer)
        => !properties.Contains(fromServer ? MqttPropertyId.SessionExpiryInterval : MqttPropertyId.ServerReference)
            || reader.Fail(MqttErrorCode.WrongDirection, "Only the other side may send this property in DISCONNECT.");
}
