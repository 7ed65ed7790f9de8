using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>One subscription of one session; immutable, a SUBSCRIBE of the same filter replaces it.</summary>
internal sealed class Subscription(Session session, MqttQoS qos) : Route
{
    /// <summary>Who gets the messages.</summary>
    public Session Session => session;

    /// <summary>The highest quality that was granted.</summary>
    public MqttQoS QoS => qos;

    /// <summary>MQTT 5: whether the session's own messages are left out.</summary>
    public bool NoLocal { get; init; }

    /// <summary>MQTT 5: whether messages keep the retain flag they were published with.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>MQTT 5: the subscription identifier, 1 to 268,435,455, as the only element; empty for none.</summary>
    public uint[] Identifiers { get; init; } = [];
}
