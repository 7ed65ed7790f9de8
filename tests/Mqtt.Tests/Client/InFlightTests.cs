using System;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class InFlightTests
{
    [Fact]
    public async Task Identifiers_go_round_past_zero_and_past_those_in_use()
    {
        var inFlight = new InFlight(10, TimeProvider.System);
        InFlight.Waiter held = await inFlight.AddAsync(MqttPacketType.PubAck, default);
        for (int id = 2; id <= ushort.MaxValue; id++)
        {
            InFlight.Waiter waiter = await inFlight.AddAsync(MqttPacketType.PubAck, default);
            Assert.Equal(id, waiter.PacketId);
            Assert.True(inFlight.TryComplete(MqttPacketType.PubAck, waiter.PacketId));
        }

        InFlight.Waiter next = await inFlight.AddAsync(MqttPacketType.PubAck, default);

        Assert.Equal((1, 2), (held.PacketId, next.PacketId));
        Assert.True(inFlight.TryComplete(MqttPacketType.PubAck, held.PacketId));
    }

    [Fact]
    public async Task Only_the_acknowledgement_that_is_waited_for_settles_a_packet_and_only_once()
    {
        var inFlight = new InFlight(10, TimeProvider.System);
        InFlight.Waiter waiter = await inFlight.AddAsync(MqttPacketType.SubAck, default);

        Assert.False(inFlight.TryComplete(MqttPacketType.PubAck, 1));
        Assert.False(inFlight.TryComplete(MqttPacketType.SubAck, 2));
        Assert.True(inFlight.TryComplete(MqttPacketType.SubAck, 1, new Acknowledgement(0x80)));
        Assert.False(inFlight.TryComplete(MqttPacketType.SubAck, 1));
        Assert.True(await waiter.WaitAsync(Peer.Deadline, default));
        Assert.Equal(new Acknowledgement(0x80), waiter.Answer);
    }

    [Fact]
    public async Task A_packet_that_was_never_sent_makes_room_once()
    {
        var inFlight = new InFlight(1, TimeProvider.System);
        InFlight.Waiter unsent = await inFlight.AddAsync(MqttPacketType.PubAck, default);
        Task<InFlight.Waiter> waiting = inFlight.AddAsync(MqttPacketType.PubAck, default).AsTask();
        Assert.False(waiting.IsCompleted);

        inFlight.Remove(unsent);
        inFlight.Remove(unsent);

        Assert.Equal(2, (await waiting.WaitAsync(Peer.Deadline)).PacketId);
        Assert.False(inFlight.AddAsync(MqttPacketType.PubAck, default).AsTask().IsCompleted);
    }
}
