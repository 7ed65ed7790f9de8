using System;
using System.Collections.Immutable;
using System.Linq;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// What the MQTT endpoint counts. Thread-safe; a call adds to a cell of the processor that it runs on and allocates nothing.
/// Names of clients and topics are never labels.
/// </summary>
internal sealed class MqttMetrics
{
    private static readonly ImmutableArray<string> Directions = ["in", "out"];

    // AUTH of MQTT 5 is 15.
    private static readonly ImmutableArray<string> PacketTypes =
        [.. Enumerable.Range(0, 16).Select(type => type == 15 ? "auth" : ((MqttPacketType)type).ToString().ToLowerInvariant())];

    private readonly CounterSet _accepted = new(1);
    private readonly CounterSet _ended = new(LabelNames.Of<ConnectionEnd>().Length);
    private readonly CounterSet _failed = new(1);
    private readonly CounterSet _packetsIn = new(16, isHot: true);
    private readonly CounterSet _packetsOut = new(16, isHot: true);
    private readonly CounterSet _bytes = new(2, isHot: true);
    private readonly CounterSet _messages = new(2, isHot: true);
    private readonly CounterSet _authorizationFailures = new(1);
    private readonly CounterSet _deliveries = new(LabelNames.Of<Delivery>().Length, isHot: true);
    private Func<MqttGauges> _gauges = static () => default;

    public MqttMetrics(MetricRegistry registry)
    {
        registry.Gauge("defender.mqtt.clients", "{client}", "Clients that are connected.", () => _gauges().Clients);
        registry.Gauge("defender.mqtt.sessions", "{session}", "Sessions, those of absent clients included.", () => _gauges().Sessions);
        registry.Gauge("defender.mqtt.subscriptions", "{subscription}", "Subscriptions of all sessions.", () => _gauges().Subscriptions);
        registry.Gauge("defender.mqtt.retained", "{message}", "Retained messages.", () => _gauges().RetainedMessages);
        registry.Gauge("defender.mqtt.queued.messages", "{message}", "Messages that wait for a client.", () => _gauges().QueuedMessages);
        registry.Gauge("defender.mqtt.queued.size", "By", "Bytes that count towards the memory budget: messages that wait, retained ones and subscriptions.", () => _gauges().QueuedBytes);
        registry.Counter("defender.mqtt.connections.accepted", "{connection}", "Connections whose CONNECT was accepted.", () => _accepted[0]);
        registry.Counters("defender.mqtt.connections.ended", "{connection}", "Connections that ended, refused ones among them.", _ended, "reason", LabelNames.Of<ConnectionEnd>());
        registry.Counter("defender.mqtt.connections.failed", "{connection}", "Connections that ended through a fault of the gateway.", () => _failed[0]);
        registry.Counters("defender.mqtt.packets.received", "{packet}", "Packets from clients.", _packetsIn, "type", PacketTypes);
        registry.Counters("defender.mqtt.packets.sent", "{packet}", "Packets to clients.", _packetsOut, "type", PacketTypes);
        registry.Counters("defender.mqtt.io", "By", "Bytes of packets.", _bytes, "direction", Directions);
        registry.Counters("defender.mqtt.messages", "{message}", "Application messages.", _messages, "direction", Directions);
        registry.Counter("defender.mqtt.authorization.failures", "{operation}", "Operations that no policy allows.", () => _authorizationFailures[0]);
        registry.Counters("defender.mqtt.deliveries", "{message}", "What became of messages for their subscribers.", _deliveries, "outcome", LabelNames.Of<Delivery>());
    }

    /// <summary>A CONNECT was accepted.</summary>
    public void ConnectionAccepted() => _accepted.Add(0);

    /// <summary>A connection has ended, or was refused.</summary>
    public void ConnectionEnded(ConnectionEnd end) => _ended.Add((int)end);

    /// <summary>A connection has ended through a fault of ours.</summary>
    public void ConnectionFailed() => _failed.Add(0);

    /// <summary>A packet came.</summary>
    /// <param name="type">Its type; 15 is AUTH.</param>
    /// <param name="bytes">All its bytes, the fixed header included.</param>
    public void PacketIn(MqttPacketType type, int bytes)
    {
        _packetsIn.Add((int)type & 15);
        _bytes.Add(0, bytes);
    }

    /// <summary>A packet was sent.</summary>
    public void PacketOut(MqttPacketType type, int bytes)
    {
        _packetsOut.Add((int)type & 15);
        _bytes.Add(1, bytes);
    }

    /// <summary>A client published.</summary>
    public void MessageIn() => _messages.Add(0);

    /// <summary>A message was delivered to a client.</summary>
    public void MessageOut() => _messages.Add(1);

    /// <summary>An operation that no policy allows.</summary>
    public void AuthorizationFailure() => _authorizationFailures.Add(0);

    /// <summary>What became of a message for one subscriber.</summary>
    public void Delivered(Delivery delivery) => _deliveries.Add((int)delivery);

    /// <summary>Says what the endpoint holds, when somebody asks; must be cheap and thread-safe. Before that all is 0.</summary>
    public void Observe(Func<MqttGauges> gauges) => _gauges = gauges;
}
