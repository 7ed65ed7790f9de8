using System.Buffers;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What a client's topic aliases make the endpoint remember.</summary>
public sealed class LongTopicAliasTests
{
    [Fact]
    public async Task A_topic_too_long_for_a_topic_gets_no_alias()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer peer = await PacketPeer.ConnectAsync(gateway, "peer");
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        string tooLong = new('x', endpoint.Rules.Limits.MaxTopicBytes + 1);
        Assert.Equal(MqttReasonCode.Success, (await PublishAsync(peer, "short")).Code);
        Assert.Equal(MqttReasonCode.TopicNameInvalid, (await PublishAsync(peer, tooLong)).Code);

        await peer.SendAsync(output => WriteAliased(output, ""));

        PacketPeer.Received answer = await peer.ReadAsync();
        Assert.Equal((MqttPacketType.Disconnect, MqttReasonCode.TopicAliasInvalid), (answer.Type, answer.Code));
    }

    private static async Task<PacketPeer.Received> PublishAsync(PacketPeer peer, string topic)
    {
        await peer.SendAsync(output => WriteAliased(output, topic));
        return await peer.ReadAsync();
    }

    private static void WriteAliased(IBufferWriter<byte> output, string topic)
    {
        var properties = new MqttPropertyWriter(MqttPacketType.Publish, new byte[20]);
        properties.Add(MqttPropertyId.TopicAlias, 1);
        MqttWriter.WritePublish(
            output,
            new PublishPacket { Topic = Encoding.UTF8.GetBytes(topic), QoS = MqttQoS.AtLeastOnce, PacketId = 9, Properties = properties.Properties },
            MqttVersion.V5);
    }
}
