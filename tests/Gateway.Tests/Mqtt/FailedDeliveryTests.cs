using System;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>A message that cannot be delivered, and the one after it.</summary>
public sealed class FailedDeliveryTests
{
    [Fact]
    public async Task One_target_that_fails_changes_nothing_for_the_next_message()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();
        MqttLimits limits = MqttLimits.Aws;
        var clock = new ManualTime();
        var budget = new MemoryBudget(1 << 20);
        var router = new MessageRouter(false, false, new RetainedMessages(limits, budget, clock, false));
        var session = new Session(new MessageAuthor(ClientIdentity.Anonymous, "peer"), new DeliveryWindow(limits, budget, clock, outlivesConnection: false));
        var target = new FailingOnce();
        session.Deliveries.Attach(target);
        router.Subscribe("a/b"u8.ToArray(), new Subscription(session, MqttQoS.AtMostOnce));
        DeliveryOutcome outcome = gateway.Host.Find<DeliveryOutcome>();

        Assert.Throws<ArgumentException>(() => Route("a/b"));
        Route("other");
        Route("a/b");

        Assert.Equal(["a/b"], target.Topics);

        void Route(string topic)
        {
            var message = new OutgoingMessage(Encoding.UTF8.GetBytes(topic), "x"u8);
            router.Route(ref message, outcome);
        }
    }

    private sealed class FailingOnce : IDeliveryTarget
    {
        private bool _hasFailed;

        public List<string> Topics { get; } = [];

        public int ReceiveMaximum => 1;

        public bool HasRoom { get; } = true;

        public bool MayReceive(ReadOnlySpan<byte> topic) => true;

        public Delivery SendPublish(ref OutgoingMessage message, in PublishHeader header)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                throw new ArgumentException("a packet that cannot be written");
            }

            Topics.Add(Encoding.UTF8.GetString(message.Topic));
            return Delivery.Sent;
        }

        public bool SendPubRel(ushort packetId) => true;
    }
}
