using System;
using System.Buffers;
using Defender.Mqtt.Packets;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class AllocationTests
{
    private static readonly byte[] Topic = [.. "$aws/things/pump-1/defender/metrics/json"u8];

    [Fact]
    public void Reading_a_publish_and_matching_its_topic_allocates_nothing()
    {
        byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = Topic, Payload = new byte[2000], QoS = MqttQoS.AtLeastOnce, PacketId = 1 }));
        var buffer = new ReadOnlySequence<byte>(bytes);

        Assert.Equal(0, AllocatedBy(() => ReadPublish(buffer)));
    }

    [Fact]
    public void Reading_a_publish_that_straddles_segments_allocates_nothing_but_pooled_memory()
    {
        byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = Topic, Payload = new byte[2000] }));
        ReadOnlySequence<byte> buffer = Wire.Cut(bytes, 1, 700);

        Assert.Equal(0, AllocatedBy(() => ReadPublish(buffer)));
    }

    [Fact]
    public void Reading_a_subscribe_allocates_nothing()
    {
        var buffer = new ReadOnlySequence<byte>(Sample.Named("subscribe").Bytes);

        Assert.Equal(0, AllocatedBy(() =>
        {
            MqttFraming.TryReadFrame(buffer, 100, out MqttFrame frame, out _);
            using MqttBody body = frame.OpenBody();
            int filters = SubscribePacket.TryParse(body.Span, out SubscribePacket packet, out _) ? 0 : -1;
            foreach (TopicSubscription subscription in packet)
            {
                filters += subscription.Filter.Length;
            }

            if (filters != 6)
            {
                throw new InvalidOperationException("The packet was not read.");
            }
        }));
    }

    [Fact]
    public void Writing_a_publish_allocates_nothing_beyond_the_output()
    {
        var output = new ArrayBufferWriter<byte>(8192);
        byte[] payload = new byte[2000];

        Assert.Equal(0, AllocatedBy(() =>
        {
            output.ResetWrittenCount();
            MqttWriter.WritePublish(output, new PublishPacket { Topic = Topic, Payload = payload, QoS = MqttQoS.AtLeastOnce, PacketId = 9 });
            MqttWriter.WritePubAck(output, 9);
        }));
    }

    [Fact]
    public void Reading_properties_and_forwarding_a_publish_allocates_nothing()
    {
        byte[] bytes = Sample.Named("v5-connect-will-and-password").Bytes;
        byte[] body = bytes[2..];
        uint[] subscriptions = [7];
        var output = new ArrayBufferWriter<byte>(8192);
        byte[] payload = new byte[2000];

        Assert.Equal(0, AllocatedBy(() =>
        {
            bool parsed = ConnectPacket.TryParse(body, out ConnectPacket connect, out _, acceptV5: true);
            bool found = connect.WillProperties.TryGetUInt32(MqttPropertyId.MessageExpiryInterval, out uint expiry);
            output.ResetWrittenCount();
            var message = new PublishPacket { Topic = Topic, Payload = payload, Properties = connect.WillProperties };
            MqttWriter.WritePublish(output, message, new PublishForwarding { MessageExpirySeconds = 1, SubscriptionIdentifiers = subscriptions });
            MqttWriter.WritePubAck(output, 9, MqttReasonCode.QuotaExceeded);
            if (!parsed || !found || expiry != 60)
            {
                throw new InvalidOperationException("The packet was not read.");
            }
        }));
    }

    [Fact]
    public void Making_properties_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(8192);

        Assert.Equal(0, AllocatedBy(() =>
        {
            var properties = new MqttPropertyWriter(MqttPacketType.ConnAck, stackalloc byte[64]);
            properties.Add(MqttPropertyId.ReceiveMaximum, 100);
            properties.Add(MqttPropertyId.AssignedClientIdentifier, "auto-1"u8);
            properties.AddUserProperty("a"u8, "b"u8);
            output.ResetWrittenCount();
            MqttWriter.WriteConnAck(output, MqttReasonCode.Success, properties: properties.Properties);
            MqttWriter.WriteSubAck(output, 1, default, MqttReasonCode.GrantedQoS1);
            MqttWriter.WriteDisconnect(output, MqttReasonCode.KeepAliveTimeout);
        }));
    }

    private static void ReadPublish(in ReadOnlySequence<byte> buffer)
    {
        MqttReadStatus status = MqttFraming.TryReadFrame(buffer, 4096, out MqttFrame frame, out _);
        using MqttBody body = frame.OpenBody();
        bool parsed = PublishPacket.TryParse(frame.Flags, body.Span, out PublishPacket packet, out _);
        bool matched = TopicFilter.Matches("$aws/things/+/defender/metrics/+"u8, packet.Topic);
        if (status != MqttReadStatus.Complete || !parsed || !matched || packet.Payload.Length != 2000)
        {
            throw new InvalidOperationException("The packet was not read.");
        }
    }

    private static long AllocatedBy(Action work)
    {
        // The first rounds fill pools and compile.
        for (int i = 0; i < 200; i++)
        {
            work();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            work();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
