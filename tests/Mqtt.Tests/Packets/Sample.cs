using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>One packet three ways: its bytes by the specification, how it is written, and what must be read.</summary>
internal sealed record Sample(
    string Name,
    string Hex,
    Action<IBufferWriter<byte>> Write,
    string Text,
    MqttVersion Version = MqttVersion.V311,
    bool FromServer = false)
{
    /// <summary>At least one of every packet type; the bytes are laid out by hand from the tables and examples of MQTT 3.1.1.</summary>
    public static IReadOnlyList<Sample> OfV311 { get; } =
    [
        // Section 3.1.2.10's example: user name, password, will of QoS 1, clean session, keep-alive 10.
        new("connect-full",
            "10 24  00 04 4D 51 54 54  04  CE  00 0A  00 03 64 65 76  00 03 77 2F 74  00 02 01 02  00 05 41 F0 AA 9B 94  00 03 00 FF 7F",
            output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                ClientId = "dev"u8,
                CleanSession = true,
                KeepAliveSeconds = 10,
                HasWill = true,
                WillTopic = "w/t"u8,
                WillMessage = [1, 2],
                WillQoS = MqttQoS.AtLeastOnce,
                HasUserName = true,
                UserName = "A\U0002A6D4"u8,
                HasPassword = true,
                Password = [0, 0xFF, 0x7F],
            }),
            "Connect level=4 clean=True keepalive=10 id='dev' will='w/t':0102 qos=1 retain=False user='A\U0002A6D4' password=00FF7F"),
        new("connect-anonymous",
            "10 0C  00 04 4D 51 54 54  04  02  FF FF  00 00",
            output => MqttWriter.WriteConnect(output, new ConnectPacket { CleanSession = true, KeepAliveSeconds = 65535 }),
            "Connect level=4 clean=True keepalive=65535 id=''"),
        new("connect-empty-credentials-and-will",
            "10 16  00 04 4D 51 54 54  04  F4  00 00  00 01 62  00 01 74  00 00  00 00  00 00",
            output => MqttWriter.WriteConnect(output, new ConnectPacket
            {
                ClientId = "b"u8,
                HasWill = true,
                WillTopic = "t"u8,
                WillQoS = MqttQoS.ExactlyOnce,
                WillRetain = true,
                HasUserName = true,
                HasPassword = true,
            }),
            "Connect level=4 clean=False keepalive=0 id='b' will='t': qos=2 retain=True user='' password="),
        new("connack-accepted", "20 02 00 00", output => MqttWriter.WriteConnAck(output, ConnectReturnCode.Accepted),
            "ConnAck session=False code=Accepted"),
        new("connack-session", "20 02 01 00", output => MqttWriter.WriteConnAck(output, ConnectReturnCode.Accepted, sessionPresent: true),
            "ConnAck session=True code=Accepted"),
        new("connack-refused", "20 02 00 05", output => MqttWriter.WriteConnAck(output, ConnectReturnCode.NotAuthorized),
            "ConnAck session=False code=NotAuthorized"),
        // AWS IoT Core's own code.
        new("connack-aws", "20 02 00 07", output => MqttWriter.WriteConnAck(output, (ConnectReturnCode)7), "ConnAck session=False code=7"),
        new("publish-qos0", "30 07  00 03 61 2F 62  68 69",
            output => MqttWriter.WritePublish(output, new PublishPacket { Topic = "a/b"u8, Payload = "hi"u8 }),
            "Publish 'a/b' 6869 qos=0 dup=False retain=False id=0"),
        // Section 3.3.2.3's example: topic a/b, packet identifier 10.
        new("publish-qos1", "33 07  00 03 61 2F 62  00 0A",
            output => MqttWriter.WritePublish(
                output, new PublishPacket { Topic = "a/b"u8, QoS = MqttQoS.AtLeastOnce, Retain = true, PacketId = 10 }),
            "Publish 'a/b'  qos=1 dup=False retain=True id=10"),
        new("publish-qos2-again", "3C 06  00 01 2F  FF FF  00",
            output => MqttWriter.WritePublish(output, new PublishPacket
            {
                Topic = "/"u8,
                QoS = MqttQoS.ExactlyOnce,
                Dup = true,
                PacketId = 65535,
                Payload = [0],
            }),
            "Publish '/' 00 qos=2 dup=True retain=False id=65535"),
        new("puback", "40 02 00 0A", output => MqttWriter.WritePubAck(output, 10), "PubAck id=10"),
        new("pubrec", "50 02 01 00", output => MqttWriter.WritePubRec(output, 256), "PubRec id=256"),
        new("pubrel", "62 02 00 01", output => MqttWriter.WritePubRel(output, 1), "PubRel id=1"),
        new("pubcomp", "70 02 FF FF", output => MqttWriter.WritePubComp(output, 65535), "PubComp id=65535"),
        // Section 3.8.3's example.
        new("subscribe", "82 0E  00 0A  00 03 61 2F 62 01  00 03 63 2F 64 02",
            output => MqttWriter.WriteSubscribe(output, 10, ("a/b", MqttQoS.AtLeastOnce), ("c/d", MqttQoS.ExactlyOnce)),
            "Subscribe id=10 count=2 'a/b':1 'c/d':2"),
        new("subscribe-wildcards", "82 0A  00 01  00 05 2B 2F 61 2F 23 00",
            output => MqttWriter.WriteSubscribe(output, 1, ("+/a/#", MqttQoS.AtMostOnce)),
            "Subscribe id=1 count=1 '+/a/#':0"),
        // Section 3.9.3's example: QoS 0, QoS 2, failure.
        new("suback", "90 05  00 0A  00 02 80", output => MqttWriter.WriteSubAck(output, 10, 0, 2, SubAckPacket.Failure),
            "SubAck id=10 codes=000280"),
        // Section 3.10.3's example.
        new("unsubscribe", "A2 0C  00 0A  00 03 61 2F 62  00 03 63 2F 64", output => MqttWriter.WriteUnsubscribe(output, 10, "a/b", "c/d"),
            "Unsubscribe id=10 count=2 'a/b' 'c/d'"),
        new("unsuback", "B0 02 00 0A", output => MqttWriter.WriteUnsubAck(output, 10), "UnsubAck id=10"),
        new("pingreq", "C0 00", MqttWriter.WritePingReq, "PingReq"),
        new("pingresp", "D0 00", MqttWriter.WritePingResp, "PingResp"),
        new("disconnect", "E0 00", MqttWriter.WriteDisconnect, "Disconnect"),
    ];

    public static IReadOnlyList<Sample> All { get; } = [.. OfV311, .. SampleOfV5.All];

    public static TheoryData<string> Names => new(All.Select(sample => sample.Name));

    public byte[] Bytes => Wire.Hex(Hex);

    public string Read(in ReadOnlySequence<byte> bytes) => PacketText.Read(bytes, Version, FromServer);

    public static Sample Named(string name) => All.Single(sample => sample.Name == name);
}
