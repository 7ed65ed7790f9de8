using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>Which reason codes each packet of MQTT 5.0 may carry (table 2-6).</summary>
internal static class ReasonCodes
{
    private static readonly SearchValues<byte> ConnAck = SearchValues.Create(
    [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C,
        0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F,
    ]);

    private static readonly SearchValues<byte> Received = SearchValues.Create([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);

    private static readonly SearchValues<byte> Released = SearchValues.Create([0x00, 0x92]);

    private static readonly SearchValues<byte> SubAck = SearchValues.Create(
        [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2]);

    private static readonly SearchValues<byte> UnsubAck = SearchValues.Create([0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91]);

    private static readonly SearchValues<byte> ClientDisconnect = SearchValues.Create(
        [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99]);

    // 0x00 is listed for clients only, yet it is what a DISCONNECT without a body says, which a server may send.
    private static readonly SearchValues<byte> ServerDisconnect = SearchValues.Create(
    [
        0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99,
        0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
    ]);

    private static readonly SearchValues<byte> Auth = SearchValues.Create([0x00, 0x18, 0x19]);

    /// <summary>Whether a packet may carry a code, for DISCONNECT from either side.</summary>
    public static bool IsValid(MqttPacketType type, MqttReasonCode code) => type switch
    {
        MqttPacketType.ConnAck => ConnAck.Contains((byte)code),
        MqttPacketType.PubAck or MqttPacketType.PubRec => Received.Contains((byte)code),
        MqttPacketType.PubRel or MqttPacketType.PubComp => Released.Contains((byte)code),
        MqttPacketType.Disconnect => IsValidDisconnect(code, fromServer: false) || IsValidDisconnect(code, fromServer: true),
        MqttPacketType.Auth => Auth.Contains((byte)code),
        _ => false,
    };

    /// <summary>Whether DISCONNECT may carry a code.</summary>
    public static bool IsValidDisconnect(MqttReasonCode code, bool fromServer)
        => (fromServer ? ServerDisconnect : ClientDisconnect).Contains((byte)code);

    /// <summary>Whether a list of SUBACK or UNSUBACK holds only what it may.</summary>
    public static bool AreValid(MqttPacketType type, ReadOnlySpan<byte> codes)
        => !codes.ContainsAnyExcept(type == MqttPacketType.SubAck ? SubAck : UnsubAck);
}
