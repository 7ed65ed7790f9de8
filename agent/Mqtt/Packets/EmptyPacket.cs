using System;

namespace Defender.Mqtt.Packets;

/// <summary>PINGREQ and PINGRESP, and the DISCONNECT of MQTT 3.1.1: packets without a body (sections 3.12 to 3.14).</summary>
public static class EmptyPacket
{
    /// <summary>Checks that the body of one of the three types is empty.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out MqttError error)
    {
        error = body.IsEmpty ? default : new(MqttErrorCode.ExcessBytes, "PINGREQ, PINGRESP and DISCONNECT have no body.");
        return body.IsEmpty;
    }
}
