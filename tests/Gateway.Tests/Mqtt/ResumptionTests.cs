using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

/// <summary>A client that comes back to more than it is sent at once.</summary>
public sealed class ResumptionTests
{
    private const int Messages = 20;

    private readonly MemoryBudget _budget = new(1 << 20);
    private readonly DeliveryWindow _window;

    public ResumptionTests() => _window = new DeliveryWindow(MqttLimits.Aws, _budget, new ManualTime(), outlivesConnection: true);

    [Fact]
    public void What_waited_comes_as_fast_as_the_client_takes_it_and_all_of_it()
    {
        Deliver();
        var client = new NarrowClient(room: 5);

        Assert.True(_window.Attach(client));
        Acknowledge(client);

        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"), client.Payloads);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void What_was_unacknowledged_comes_again_under_its_identifiers_and_what_waited_after_it()
    {
        var first = new NarrowClient(room: Messages);
        Assert.True(_window.Attach(first));
        Deliver();
        Assert.Equal(Messages, first.Sent.Count);
        _window.Detach();
        Deliver();
        var second = new NarrowClient(room: 5);

        Assert.True(_window.Attach(second));
        Acknowledge(second);

        Assert.Equal(first.Sent, second.Sent.Take(Messages));
        Assert.Equal(2 * Messages, second.Sent.Count);
        Assert.Equal(0, _budget.Used);
    }

    [Fact]
    public void What_does_not_fit_when_it_is_sent_again_is_not_lost_with_the_next_connection()
    {
        Deliver();
        var first = new NarrowClient(room: 5);
        _window.Attach(first);
        _window.Detach();
        var second = new NarrowClient(room: 100);

        Assert.True(_window.Attach(second));

        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"{i}"), second.Payloads);
    }

    [Fact]
    public void A_client_that_takes_fewer_at_once_than_before_is_sent_no_more()
    {
        var first = new NarrowClient(room: Messages);
        _window.Attach(first);
        Deliver();
        _window.Detach();
        var second = new NarrowClient(room: 100) { ReceiveMaximum = 3 };

        Assert.True(_window.Attach(second));
        Assert.Equal(3, second.Sent.Count);
        Acknowledge(second);

        Assert.Equal(first.Sent, second.Sent);
    }

    private void Deliver()
    {
        for (int i = 0; i < Messages; i++)
        {
            var message = new OutgoingMessage("a/b"u8, Encoding.UTF8.GetBytes($"{i}")) { QoS = MqttQoS.AtLeastOnce };
            _window.Deliver(ref message, MqttQoS.AtLeastOnce, retain: false, []);
        }
    }

    // Each is read before it is acknowledged.
    private void Acknowledge(NarrowClient client)
    {
        for (int i = 0; i < client.Sent.Count; i++)
        {
            client.Unread--;
            Assert.True(_window.Complete(client.Sent[i].PacketId));
        }
    }

    /// <summary>Has room for so many messages that it has not read.</summary>
    private sealed class NarrowClient(int room) : IDeliveryTarget
    {
        public List<(ushort PacketId, string Payload)> Sent { get; } = [];

        public IEnumerable<string> Payloads => Sent.Select(sent => sent.Payload);

        public int Unread { get; set; }

        public int ReceiveMaximum { get; init; } = 100;

        public bool HasRoom => Unread < room;

        public bool MayReceive(ReadOnlySpan<byte> topic) => true;

        public Delivery SendPublish(ref OutgoingMessage message, in PublishHeader header)
        {
            if (Unread >= room)
                return Delivery.Overrun;
            Unread++;
            Sent.Add((header.PacketId, Encoding.UTF8.GetString(message.Payload)));
            return Delivery.Sent;
        }

        public bool SendPubRel(ushort packetId) => true;
    }
}
