using Xunit;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>Whole packets that break one rule each; the fixed header's own rules are in <see cref="FramingTests"/>.</summary>
public sealed class MalformedPacketTests
{
    [Theory]
    // CONNECT: protocol name (3.1.2.1), level (3.1.2.2).
    [InlineData("10 0C  00 04 4D 51 54 58  04 02 00 00  00 00", MqttErrorCode.ProtocolName)]
    [InlineData("10 0C  00 04 6D 71 74 74  04 02 00 00  00 00", MqttErrorCode.ProtocolName)]
    [InlineData("10 0E  00 06 4D 51 49 73 64 70  03 02 00 00  00 00", MqttErrorCode.ProtocolName)]
    [InlineData("10 0C  00 04 4D 51 54 54  03 02 00 00  00 00", MqttErrorCode.ProtocolLevel)]
    [InlineData("10 0D  00 04 4D 51 54 54  05 02 00 00  00 00 00", MqttErrorCode.ProtocolLevel)]
    // Flags (3.1.2.3 to 3.1.2.9): reserved bit; will QoS and retain without will; QoS 3; password without user name.
    [InlineData("10 0C  00 04 4D 51 54 54  04 03 00 00  00 00", MqttErrorCode.ConnectFlags)]
    [InlineData("10 0C  00 04 4D 51 54 54  04 0A 00 00  00 00", MqttErrorCode.ConnectFlags)]
    [InlineData("10 0C  00 04 4D 51 54 54  04 22 00 00  00 00", MqttErrorCode.ConnectFlags)]
    [InlineData("10 0E  00 04 4D 51 54 54  04 42 00 00  00 00  00 00", MqttErrorCode.ConnectFlags)]
    [InlineData("10 11  00 04 4D 51 54 54  04 1E 00 00  00 00  00 01 77  00 00", MqttErrorCode.InvalidQoS)]
    // Client identifier (3.1.3.1).
    [InlineData("10 0C  00 04 4D 51 54 54  04 00 00 00  00 00", MqttErrorCode.IdentifierRejected)]
    [InlineData("10 0E  00 04 4D 51 54 54  04 02 00 00  00 02 C3 28", MqttErrorCode.InvalidUtf8)]
    [InlineData("10 0D  00 04 4D 51 54 54  04 02 00 00  00 01 00", MqttErrorCode.NullCharacter)]
    // Will topic: empty, wildcard.
    [InlineData("10 10  00 04 4D 51 54 54  04 06 00 00  00 00  00 00  00 00", MqttErrorCode.InvalidTopicName)]
    [InlineData("10 11  00 04 4D 51 54 54  04 06 00 00  00 00  00 01 23  00 00", MqttErrorCode.InvalidTopicName)]
    // Fields that the flags announce and the body lacks; bytes after the last field.
    [InlineData("10 00", MqttErrorCode.Truncated)]
    [InlineData("10 0C  00 04 4D 51 54 54  04 82 00 00  00 00", MqttErrorCode.Truncated)]
    [InlineData("10 0F  00 04 4D 51 54 54  04 C2 00 00  00 00  00 01 75", MqttErrorCode.Truncated)]
    [InlineData("10 0D  00 04 4D 51 54 54  04 02 00 00  00 00  00", MqttErrorCode.ExcessBytes)]
    // An error of the body wins over the empty identifier: nothing malformed gets an answer.
    [InlineData("10 0D  00 04 4D 51 54 54  04 00 00 00  00 00  00", MqttErrorCode.ExcessBytes)]
    // CONNACK (3.2.2).
    [InlineData("20 00", MqttErrorCode.Truncated)]
    [InlineData("20 01 00", MqttErrorCode.Truncated)]
    [InlineData("20 03 00 00 00", MqttErrorCode.ExcessBytes)]
    [InlineData("20 02 02 00", MqttErrorCode.ReservedBits)]
    [InlineData("20 02 01 05", MqttErrorCode.ReturnCode)]
    // PUBLISH (3.3): topic, packet identifier, lengths.
    [InlineData("30 00", MqttErrorCode.Truncated)]
    [InlineData("30 01 00", MqttErrorCode.Truncated)]
    [InlineData("30 03 00 02 61", MqttErrorCode.Truncated)]
    [InlineData("30 02 00 00", MqttErrorCode.InvalidTopicName)]
    [InlineData("30 03 00 01 2B", MqttErrorCode.InvalidTopicName)]
    [InlineData("30 05 00 03 61 2F 23", MqttErrorCode.InvalidTopicName)]
    [InlineData("30 05 00 03 61 23 62", MqttErrorCode.InvalidTopicName)]
    [InlineData("30 05 00 03 61 00 62", MqttErrorCode.NullCharacter)]
    [InlineData("32 03 00 01 61", MqttErrorCode.Truncated)]
    [InlineData("32 04 00 01 61 00", MqttErrorCode.Truncated)]
    [InlineData("32 05 00 01 61 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("34 05 00 01 61 00 00", MqttErrorCode.PacketIdZero)]
    // Section 1.5.3: overlong forms, surrogates, beyond U+10FFFF, a cut sequence, a lone continuation byte.
    [InlineData("30 04 00 02 C0 80", MqttErrorCode.InvalidUtf8)]
    [InlineData("30 05 00 03 ED A0 80", MqttErrorCode.InvalidUtf8)]
    [InlineData("30 08 00 06 ED A0 81 ED B0 80", MqttErrorCode.InvalidUtf8)]
    [InlineData("30 06 00 04 F4 90 80 80", MqttErrorCode.InvalidUtf8)]
    [InlineData("30 04 00 02 E2 82", MqttErrorCode.InvalidUtf8)]
    [InlineData("30 03 00 01 80", MqttErrorCode.InvalidUtf8)]
    // PUBACK, PUBREC, PUBREL, PUBCOMP, UNSUBACK.
    [InlineData("40 00", MqttErrorCode.Truncated)]
    [InlineData("40 01 00", MqttErrorCode.Truncated)]
    [InlineData("40 02 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("40 03 00 01 00", MqttErrorCode.ExcessBytes)]
    [InlineData("50 02 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("62 02 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("70 02 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("B0 02 00 00", MqttErrorCode.PacketIdZero)]
    // SUBSCRIBE (3.8.3).
    [InlineData("82 00", MqttErrorCode.Truncated)]
    [InlineData("82 02 00 01", MqttErrorCode.EmptyList)]
    [InlineData("82 06 00 00  00 01 61 00", MqttErrorCode.PacketIdZero)]
    [InlineData("82 05 00 01  00 01 61", MqttErrorCode.Truncated)]
    [InlineData("82 05 00 01  00 00 00", MqttErrorCode.InvalidTopicFilter)]
    [InlineData("82 07 00 01  00 02 61 23 00", MqttErrorCode.InvalidTopicFilter)]
    [InlineData("82 06 00 01  00 01 61 03", MqttErrorCode.InvalidQoS)]
    [InlineData("82 06 00 01  00 01 61 04", MqttErrorCode.ReservedBits)]
    [InlineData("82 06 00 01  00 01 61 81", MqttErrorCode.ReservedBits)]
    [InlineData("82 0A 00 01  00 01 61 00  00 01 62 07", MqttErrorCode.ReservedBits)]
    [InlineData("82 07 00 01  00 01 61 00  00", MqttErrorCode.Truncated)]
    [InlineData("82 06 00 01  00 01 FF 00", MqttErrorCode.InvalidUtf8)]
    // SUBACK (3.9.3).
    [InlineData("90 00", MqttErrorCode.Truncated)]
    [InlineData("90 02 00 01", MqttErrorCode.EmptyList)]
    [InlineData("90 03 00 00 00", MqttErrorCode.PacketIdZero)]
    [InlineData("90 03 00 01 03", MqttErrorCode.ReturnCode)]
    [InlineData("90 04 00 01 00 81", MqttErrorCode.ReturnCode)]
    // UNSUBSCRIBE (3.10.3).
    [InlineData("A2 00", MqttErrorCode.Truncated)]
    [InlineData("A2 02 00 01", MqttErrorCode.EmptyList)]
    [InlineData("A2 05 00 00  00 01 61", MqttErrorCode.PacketIdZero)]
    [InlineData("A2 04 00 01  00 00", MqttErrorCode.InvalidTopicFilter)]
    [InlineData("A2 07 00 01  00 03 23 2F 61", MqttErrorCode.InvalidTopicFilter)]
    [InlineData("A2 06 00 01  00 01 61  00", MqttErrorCode.Truncated)]
    // PINGREQ, PINGRESP, DISCONNECT.
    [InlineData("C0 01 00", MqttErrorCode.ExcessBytes)]
    [InlineData("D0 01 00", MqttErrorCode.ExcessBytes)]
    [InlineData("E0 01 00", MqttErrorCode.ExcessBytes)]
    public void A_broken_rule_is_named(string hex, MqttErrorCode expected)
    {
        byte[] bytes = Wire.Hex(hex);

        Assert.Equal($"Invalid {expected}", PacketText.Read(bytes));
        Assert.Equal($"Invalid {expected}", PacketText.Read(Wire.Cut(bytes, 1, bytes.Length / 2, bytes.Length - 1)));
    }

    [Theory]
    // U+FEFF is a character, not a mark to be dropped (MQTT-1.5.3-3); control characters other than U+0000 are allowed.
    [InlineData("30 05 00 03 EF BB BF", "Publish '\uFEFF'  qos=0 dup=False retain=False id=0")]
    [InlineData("30 03 00 01 1F", "Publish '\u001F'  qos=0 dup=False retain=False id=0")]
    [InlineData("30 06 00 04 F4 8F BF BF", "Publish '\U0010FFFF'  qos=0 dup=False retain=False id=0")]
    public void An_unusual_but_valid_string_is_read_as_it_is(string hex, string expected)
        => Assert.Equal(expected, PacketText.Read(Wire.Hex(hex)));

    [Theory]
    [InlineData("00 04 4D 51 54 54  03 02 00 00  00 00", 3)]
    [InlineData("00 04 4D 51 54 54  05", 5)]
    public void An_unknown_level_is_handed_to_the_server(string hex, byte level)
    {
        // Nothing behind the level can be understood, so nothing of it is looked at.
        Assert.False(Mqtt.Packets.ConnectPacket.TryParse(Wire.Hex(hex), out Mqtt.Packets.ConnectPacket packet, out MqttError error));
        Assert.Equal((MqttErrorCode.ProtocolLevel, level), (error.Code, packet.ProtocolLevel));
    }
}
