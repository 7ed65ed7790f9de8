using System;
using System.Buffers;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>What no packet can carry is refused before a byte is written.</summary>
public sealed class WriterArgumentTests
{
    [Fact]
    public void Packet_identifiers_are_not_zero()
    {
        Refuses(output => MqttWriter.WritePubAck(output, 0));
        Refuses(output => MqttWriter.WritePubRec(output, 0));
        Refuses(output => MqttWriter.WritePubRel(output, 0));
        Refuses(output => MqttWriter.WritePubComp(output, 0));
        Refuses(output => MqttWriter.WriteUnsubAck(output, 0));
        Refuses(output => MqttWriter.WriteSubAck(output, 0, 0));
        Refuses(output => MqttWriter.WriteSubscribe(output, 0, ("a", MqttQoS.AtMostOnce)));
        Refuses(output => MqttWriter.WriteUnsubscribe(output, 0, "a"));
    }

    [Fact]
    public void Lists_are_not_empty_and_their_entries_are_valid()
    {
        Refuses(output => MqttWriter.WriteSubscribe(output, 1));
        Refuses(output => MqttWriter.WriteSubscribe(output, 1, ("a#", MqttQoS.AtMostOnce)));
        Refuses(output => MqttWriter.WriteSubscribe(output, 1, ("a", (MqttQoS)3)));
        Refuses(output => MqttWriter.WriteUnsubscribe(output, 1));
        Refuses(output => MqttWriter.WriteUnsubscribe(output, 1, "a", ""));
        Refuses(output => MqttWriter.WriteSubAck(output, 1));
        Refuses(output => MqttWriter.WriteSubAck(output, 1, 0, 3));
    }

    [Fact]
    public void A_refusing_connack_has_no_session()
        => Refuses(output => MqttWriter.WriteConnAck(output, ConnectReturnCode.NotAuthorized, sessionPresent: true));

    [Fact]
    public void A_publish_has_a_topic_name_and_an_identifier_that_fits_its_QoS()
    {
        Refuses(output => MqttWriter.WritePublish(output, default));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a/+"u8 }));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = [0xC0, 0x80] }));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, PacketId = 1 }));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, Dup = true }));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, QoS = MqttQoS.AtLeastOnce }));
        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, QoS = (MqttQoS)3, PacketId = 1 }));
    }

    [Fact]
    public void A_packet_is_not_longer_than_its_length_can_say()
    {
        byte[] payload = new byte[MqttFraming.MaxPacketSize];

        Refuses(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a"u8, Payload = payload }));
    }

    [Fact]
    public void A_connect_keeps_the_rules_of_its_flags_and_fields()
    {
        Refuses(output => MqttWriter.WriteConnect(output, default));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket()));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a\0"u8 }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = new byte[65_536].AsSpan() }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a"u8, WillRetain = true }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a"u8, WillQoS = MqttQoS.AtLeastOnce }));
        Refuses(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { ClientId = "a"u8, HasWill = true, WillTopic = "t"u8, WillQoS = (MqttQoS)3 }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a"u8, HasWill = true }));
        Refuses(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { ClientId = "a"u8, HasWill = true, WillTopic = "t"u8, WillMessage = new byte[65_536] }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a"u8, HasPassword = true }));
        Refuses(output => MqttWriter.WriteConnect(output, new ConnectPacket { ClientId = "a"u8, HasUserName = true, UserName = [0xFF] }));
        Refuses(output => MqttWriter.WriteConnect(
            output, new ConnectPacket { ClientId = "a"u8, HasUserName = true, HasPassword = true, Password = new byte[65_536] }));
    }

    private static void Refuses(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.ThrowsAny<ArgumentException>(() => write(output));
        Assert.Equal(0, output.WrittenCount);
    }
}
