using Xunit;
using static Defender.Mqtt.MqttErrorCode;
using static Defender.Mqtt.MqttReasonCode;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>Whole packets of MQTT 5.0 that break one rule each, by the numbers of MQTT 5.0; rules of both versions are in <see cref="MalformedPacketTests"/>.</summary>
public sealed class MalformedV5PacketTests
{
    [Theory]
    // CONNECT: name and level (MQTT-3.1.2-1, -2).
    [InlineData("10 0D  00 04 4D 51 54 58  05 02 00 00  00  00 00", ProtocolName, UnsupportedProtocolVersion)]
    [InlineData("10 0E  00 06 4D 51 49 73 64 70  03 02 00 00  00 00", ProtocolName, UnsupportedProtocolVersion)]
    [InlineData("10 0C  00 04 4D 51 54 54  03 02 00 00  00 00", ProtocolLevel, UnsupportedProtocolVersion)]
    [InlineData("10 0D  00 04 4D 51 54 54  06 02 00 00  00  00 00", ProtocolLevel, UnsupportedProtocolVersion)]
    // Flags (MQTT-3.1.2-3, -11, -12, -13).
    [InlineData("10 0D  00 04 4D 51 54 54  05 03 00 00  00  00 00", ConnectFlags, MalformedPacket)]
    [InlineData("10 0D  00 04 4D 51 54 54  05 0A 00 00  00  00 00", ConnectFlags, MalformedPacket)]
    [InlineData("10 0D  00 04 4D 51 54 54  05 22 00 00  00  00 00", ConnectFlags, MalformedPacket)]
    [InlineData("10 13  00 04 4D 51 54 54  05 1E 00 00  00  00 00  00  00 01 74  00 00", InvalidQoS, MalformedPacket)]
    // A level 4 connection keeps its own rules: no properties, no password alone, no empty identifier without a clean session.
    [InlineData("10 0D  00 04 4D 51 54 54  04 02 00 00  00  00 00", ExcessBytes, MalformedPacket)]
    [InlineData("10 0E  00 04 4D 51 54 54  04 42 00 00  00 00  00 00", ConnectFlags, MalformedPacket)]
    [InlineData("10 0C  00 04 4D 51 54 54  04 00 00 00  00 00", IdentifierRejected, ClientIdentifierNotValid)]
    // Payload (MQTT-3.1.3-4, -11; section 3.1.4).
    [InlineData("10 0C  00 04 4D 51 54 54  05 02 00 00  00 00", Truncated, MalformedPacket)]
    [InlineData("10 0E  00 04 4D 51 54 54  05 02 00 00  00  00 00  00", ExcessBytes, MalformedPacket)]
    [InlineData("10 0E  00 04 4D 51 54 54  05 02 00 00  00  00 01 FF", InvalidUtf8, MalformedPacket)]
    [InlineData("10 12  00 04 4D 51 54 54  05 06 00 00  00  00 00  00  00 00  00 00", InvalidTopicName, TopicNameInvalid)]
    // Properties of CONNECT (section 3.1.2.11): duplicate, zero, boolean, data without method, of another packet, truncated.
    [InlineData("10 17  00 04 4D 51 54 54  05 02 00 00  0A 11 00 00 00 01 11 00 00 00 01  00 00", DuplicateProperty, ProtocolError)]
    [InlineData("10 13  00 04 4D 51 54 54  05 02 00 00  06 21 00 01 21 00 01  00 00", DuplicateProperty, ProtocolError)]
    [InlineData("10 10  00 04 4D 51 54 54  05 02 00 00  03 21 00 00  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 12  00 04 4D 51 54 54  05 02 00 00  05 27 00 00 00 00  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 19 02  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 17 FF  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 10  00 04 4D 51 54 54  05 02 00 00  03 16 00 00  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 11  00 04 4D 51 54 54  05 02 00 00  04 15 00 01 FF  00 00", InvalidUtf8, MalformedPacket)]
    [InlineData("10 13  00 04 4D 51 54 54  05 02 00 00  06 26 00 01 00 00 00  00 00", NullCharacter, MalformedPacket)]
    [InlineData("10 13  00 04 4D 51 54 54  05 02 00 00  06 26 00 00 00 01 C0  00 00", InvalidUtf8, MalformedPacket)]
    [InlineData("10 12  00 04 4D 51 54 54  05 02 00 00  05 18 00 00 00 01  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 24 00  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 00 00  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 2B 00  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 0F  00 04 4D 51 54 54  05 02 00 00  02 7F 00  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 11  00 04 4D 51 54 54  05 02 00 00  04 11 00 00 00  00 00", Truncated, MalformedPacket)]
    [InlineData("10 0D  00 04 4D 51 54 54  05 02 00 00  03  00 00", Truncated, MalformedPacket)]
    [InlineData("10 0E  00 04 4D 51 54 54  05 02 00 00  01 17  00 00", Truncated, MalformedPacket)]
    [InlineData("10 0E  00 04 4D 51 54 54  05 02 00 00  80 00  00 00", VariableInteger, MalformedPacket)]
    // Will properties (section 3.1.3.2).
    [InlineData("10 18  00 04 4D 51 54 54  05 06 00 00  00  00 00  05 11 00 00 00 01  00 01 74  00 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("10 15  00 04 4D 51 54 54  05 06 00 00  00  00 00  02 01 02  00 01 74  00 00", PropertyValue, ProtocolError)]
    [InlineData("10 17  00 04 4D 51 54 54  05 06 00 00  00  00 00  04 08 00 01 2B  00 01 74  00 00", PropertyValue, ProtocolError)]
    // CONNACK (MQTT-3.2.2-1, -6, -8; section 3.2.2.3).
    [InlineData("20 02 00 00", Truncated, MalformedPacket)]
    [InlineData("20 03 02 00 00", ReservedBits, MalformedPacket)]
    [InlineData("20 03 01 87 00", ReturnCode, ProtocolError)]
    [InlineData("20 03 00 01 00", ReturnCode, ProtocolError)]
    [InlineData("20 03 00 05 00", ReturnCode, ProtocolError)]
    [InlineData("20 03 00 8D 00", ReturnCode, ProtocolError)]
    [InlineData("20 04 00 00 00 00", ExcessBytes, MalformedPacket)]
    [InlineData("20 05 00 00 02 24 02", PropertyValue, ProtocolError)]
    [InlineData("20 05 00 00 02 25 02", PropertyValue, ProtocolError)]
    [InlineData("20 05 00 00 02 28 02", PropertyValue, ProtocolError)]
    [InlineData("20 05 00 00 02 29 02", PropertyValue, ProtocolError)]
    [InlineData("20 05 00 00 02 2A 02", PropertyValue, ProtocolError)]
    [InlineData("20 05 00 00 02 17 01", PropertyNotAllowed, MalformedPacket)]
    // PUBLISH (MQTT-3.3.1-2, -4; MQTT-3.3.2-1, -2, -8, -14; MQTT-3.3.4-6).
    [InlineData("30 03 00 00 00", MissingTopic, ProtocolError)]
    [InlineData("30 04 00 01 2B 00", InvalidTopicName, TopicNameInvalid)]
    [InlineData("30 07 00 01 2B 03 23 00 01", InvalidTopicName, TopicNameInvalid)]
    [InlineData("30 03 00 01 61", Truncated, MalformedPacket)]
    [InlineData("32 06 00 01 61 00 00 00", PacketIdZero, ProtocolError)]
    [InlineData("30 07 00 01 61 03 23 00 00", MqttErrorCode.TopicAlias, TopicAliasInvalid)]
    [InlineData("30 0A 00 01 61 06 23 00 01 23 00 01", DuplicateProperty, ProtocolError)]
    [InlineData("30 06 00 01 61 02 01 02", PropertyValue, ProtocolError)]
    [InlineData("30 07 00 01 61 03 08 00 00", PropertyValue, ProtocolError)]
    [InlineData("30 08 00 01 61 04 08 00 01 23", PropertyValue, ProtocolError)]
    [InlineData("30 06 00 01 61 02 0B 01", WrongDirection, ProtocolError)]
    [InlineData("30 06 00 01 61 02 0B 00", PropertyValue, ProtocolError)]
    [InlineData("30 09 00 01 61 05 18 00 00 00 01", PropertyNotAllowed, MalformedPacket)]
    [InlineData("30 07 00 01 61 03 1F 00 00", PropertyNotAllowed, MalformedPacket)]
    // PUBACK and its like (MQTT-3.4.2-1, -3.5.2-1, -3.6.2-1, -3.7.2-1).
    [InlineData("40 03 00 01 01", ReturnCode, ProtocolError)]
    [InlineData("40 03 00 01 92", ReturnCode, ProtocolError)]
    [InlineData("50 03 00 01 92", ReturnCode, ProtocolError)]
    [InlineData("62 03 00 01 10", ReturnCode, ProtocolError)]
    [InlineData("70 03 00 01 80", ReturnCode, ProtocolError)]
    [InlineData("40 03 00 00 00", PacketIdZero, ProtocolError)]
    [InlineData("40 05 00 01 00 00 00", ExcessBytes, MalformedPacket)]
    [InlineData("40 05 00 01 00 02 1F", Truncated, MalformedPacket)]
    [InlineData("40 06 00 01 00 02 01 00", PropertyNotAllowed, MalformedPacket)]
    [InlineData("40 0A 00 01 00 06 1F 00 00 1F 00 00", DuplicateProperty, ProtocolError)]
    // SUBSCRIBE (MQTT-3.8.3-1, -2, -4, -5; section 3.8.3.1; MQTT-4.8.2-1, -2).
    [InlineData("82 03 00 01 00", EmptyList, ProtocolError)]
    [InlineData("82 07 00 00 00 00 01 61 00", PacketIdZero, ProtocolError)]
    [InlineData("82 07 00 01 00 00 01 61 03", MqttErrorCode.SubscriptionOptions, ProtocolError)]
    [InlineData("82 07 00 01 00 00 01 61 30", MqttErrorCode.SubscriptionOptions, ProtocolError)]
    [InlineData("82 07 00 01 00 00 01 61 40", ReservedBits, MalformedPacket)]
    [InlineData("82 07 00 01 00 00 01 61 80", ReservedBits, MalformedPacket)]
    [InlineData("82 06 00 01 00 00 01 61", Truncated, MalformedPacket)]
    [InlineData("82 08 00 01 00 00 02 61 23 00", InvalidTopicFilter, TopicFilterInvalid)]
    [InlineData("82 0F 00 01 00 00 09 24 73 68 61 72 65 2F 61 62 00", InvalidTopicFilter, TopicFilterInvalid)]
    [InlineData("82 11 00 01 00 00 0B 24 73 68 61 72 65 2F 2B 61 2F 62 00", InvalidTopicFilter, TopicFilterInvalid)]
    [InlineData("82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 61 2F 62 04", MqttErrorCode.SubscriptionOptions, ProtocolError)]
    [InlineData("82 0B 00 01 04 0B 01 0B 02 00 01 61 00", DuplicateProperty, ProtocolError)]
    [InlineData("82 09 00 01 02 0B 00 00 01 61 00", PropertyValue, ProtocolError)]
    [InlineData("82 0A 00 01 03 1F 00 00 00 01 61 00", PropertyNotAllowed, MalformedPacket)]
    // SUBACK, UNSUBACK (MQTT-3.9.3-2, MQTT-3.11.3-2).
    [InlineData("90 03 00 01 00", EmptyList, ProtocolError)]
    [InlineData("90 04 00 01 00 03", ReturnCode, ProtocolError)]
    [InlineData("90 04 00 01 00 11", ReturnCode, ProtocolError)]
    [InlineData("B0 02 00 01", Truncated, MalformedPacket)]
    [InlineData("B0 03 00 01 00", EmptyList, ProtocolError)]
    [InlineData("B0 04 00 01 00 01", ReturnCode, ProtocolError)]
    // UNSUBSCRIBE (MQTT-3.10.3-1, -2).
    [InlineData("A2 03 00 01 00", EmptyList, ProtocolError)]
    [InlineData("A2 05 00 01 00 00 00", InvalidTopicFilter, TopicFilterInvalid)]
    [InlineData("A2 0E 00 01 00 00 09 24 73 68 61 72 65 2F 2F 61", InvalidTopicFilter, TopicFilterInvalid)]
    [InlineData("A2 08 00 01 02 0B 01 00 01 61", PropertyNotAllowed, MalformedPacket)]
    // DISCONNECT (MQTT-3.14.2-1, -2; section 3.14.2.1), as a client sends it.
    [InlineData("E0 01 01", ReturnCode, ProtocolError)]
    [InlineData("E0 01 8D", WrongDirection, ProtocolError)]
    [InlineData("E0 05 00 03 1C 00 00", WrongDirection, ProtocolError)]
    [InlineData("E0 03 00 00 00", ExcessBytes, MalformedPacket)]
    // AUTH (MQTT-3.15.1-1, MQTT-3.15.2-1, section 3.15.2.2.2).
    [InlineData("F1 00", ReservedFlags, MalformedPacket)]
    [InlineData("F0 05 01 03 15 00 00", ReturnCode, ProtocolError)]
    [InlineData("F0 02 18 00", PropertyValue, ProtocolError)]
    [InlineData("F0 01 18", Truncated, MalformedPacket)]
    // Fixed header (MQTT-1.5.5-1, MQTT-2.1.3-1).
    [InlineData("C0 80 00", RemainingLength, MalformedPacket)]
    [InlineData("30 80 80 80 80 01", RemainingLength, MalformedPacket)]
    [InlineData("36 00", InvalidQoS, MalformedPacket)]
    [InlineData("38 00", DupWithoutQoS, ProtocolError)]
    [InlineData("60 00", ReservedFlags, MalformedPacket)]
    [InlineData("00 00", ReservedPacketType, MalformedPacket)]
    public void A_broken_rule_is_named_and_has_its_reason_code(string hex, MqttErrorCode expected, MqttReasonCode reason)
    {
        byte[] bytes = Wire.Hex(hex);
        string text = PacketText.Read(bytes, MqttVersion.V5);

        Assert.Equal($"{expected}", text.Split(' ')[^1]);
        Assert.StartsWith(text.StartsWith('M') ? "Malformed " : "Invalid ", text);
        Assert.Equal(text, PacketText.Read(Wire.Cut(bytes, 1, bytes.Length / 2, bytes.Length - 1), MqttVersion.V5));
        Assert.Equal(reason, new MqttError(expected, "").ReasonCode);
    }

    [Theory]
    [InlineData("E0 01 04", WrongDirection)]
    [InlineData("E0 07 00 05 11 00 00 00 01", WrongDirection)]
    public void A_server_may_not_say_what_a_client_says_when_it_leaves(string hex, MqttErrorCode expected)
        => Assert.Equal($"Invalid {expected}", PacketText.Read(Wire.Hex(hex), MqttVersion.V5, fromServer: true));

    [Theory]
    // What is left out is success without properties (sections 3.4.2.1, 3.14.2.2.1), and its long forms mean the same.
    [InlineData("40 03 00 0A 00", "PubAck id=10 reason=Success")]
    [InlineData("40 04 00 0A 00 00", "PubAck id=10 reason=Success")]
    [InlineData("E0 01 00", "Disconnect reason=Success")]
    [InlineData("E0 02 00 00", "Disconnect reason=Success")]
    // A topic and a topic alias: the topic sets the alias.
    [InlineData("30 07 00 01 61 03 23 00 01", "Publish 'a'  qos=0 dup=False retain=False id=0 [TopicAlias=1]")]
    // $share alone is no shared subscription.
    [InlineData("82 0C 00 01 00 00 06 24 73 68 61 72 65 04", "Subscribe id=1 count=1 '$share':0,nl")]
    public void An_unusual_but_valid_packet_is_read(string hex, string expected)
        => Assert.Equal(expected, PacketText.Read(Wire.Hex(hex), MqttVersion.V5));
}
