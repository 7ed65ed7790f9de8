using System.IO;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>What is left of a right that went while its client connected, or that only an earlier certificate of the thing had.</summary>
public sealed class WithdrawnRightsTests
{
    private const string Policies =
        """
        {
          "Wide": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]},
          "Narrow": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iot:Connect", "iot:Receive"], "Resource": "*"}]}
        }
        """;

    [Fact]
    public async Task One_withdrawn_while_it_connected_leaves_no_session_and_no_will()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        using PacketPeer watcher = await PacketPeer.ConnectAsync(gateway, "watcher");
        await watcher.SubscribeAsync("wills/pump-17", new SubscriptionOptions(MqttQoS.AtLeastOnce));
        var identity = new ClientIdentity(IdentityKind.Anonymous, null, "withdrawn", []);

        await PipedClient.RunAsync(gateway, new OneIdentity(identity, stands: false), Connect(withWill: true));

        Assert.Equal(0, gateway.Host.Find<MqttEndpoint>().Absent);
        await watcher.NothingCameAsync();
    }

    [Fact]
    public async Task A_session_that_another_certificate_of_the_thing_resumes_keeps_no_subscription_that_this_one_may_not_have()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Policies);
        await using TestGateway gateway = await TestGateway.StartAsync(options => options with { PoliciesFile = file });
        MqttEndpoint endpoint = gateway.Host.Find<MqttEndpoint>();
        var wide = new ClientIdentity(IdentityKind.Certificate, "pump-17", "first", ["Wide"]);
        var narrow = new ClientIdentity(IdentityKind.Certificate, "pump-17", "second", ["Narrow"]);

        await PipedClient.RunAsync(gateway, new OneIdentity(wide), Connect(), Subscribe("a/b"), [0xE0, 0]);
        Assert.Equal((1, 1L), (endpoint.Absent, (long)endpoint.Gauges.Subscriptions));
        byte[] answer = await PipedClient.RunAsync(gateway, new OneIdentity(narrow), Connect(), [0xE0, 0]);
        File.Delete(file);

        Assert.Equal(1, answer[2]); // CONNACK: the session is present
        Assert.Equal((1, 0L), (endpoint.Absent, (long)endpoint.Gauges.Subscriptions));
    }

    private static byte[] Connect(bool withWill = false) => RawPeer.Packet(output =>
    {
        var properties = new MqttPropertyWriter(MqttPacketType.Connect, new byte[20]);
        properties.Add(MqttPropertyId.SessionExpiryInterval, 1000);
        MqttWriter.WriteConnect(output, new ConnectPacket
        {
            Version = MqttVersion.V5,
            ClientId = "pump-17"u8,
            Properties = properties.Properties,
            HasWill = withWill,
            WillTopic = "wills/pump-17"u8,
            WillMessage = "gone"u8,
        });
    });

    private static byte[] Subscribe(string filter) => RawPeer.Packet(
        output => MqttWriter.WriteSubscribe(output, 5, default, (filter, new SubscriptionOptions(MqttQoS.AtLeastOnce))));
}
