using System;
using System.Text;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>What the server said of the connection in CONNACK (MQTT 5.0, section 3.2.2.3); of MQTT 3.1.1, which says nothing, the defaults.</summary>
public sealed record MqttServerLimits
{
    /// <summary>The client identifier in use: the one that was asked for, or the one that the server chose.</summary>
    public required string ClientId { get; init; }

    /// <summary>The longest silence of this client that counts: the server's, where it has one of its own. Zero: no limit.</summary>
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>Publishes of QoS 1 that may wait for PUBACK at a time: 1 to 65,535. Default 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The longest packet the server takes, in bytes. Default all that MQTT allows.</summary>
    public int MaxPacketSize { get; init; } = MqttFraming.MaxPacketSize;

    /// <summary>The highest QoS of a publish that the server takes. Default 2.</summary>
    public MqttQoS MaxQoS { get; init; } = MqttQoS.ExactlyOnce;

    /// <summary>How long the session outlives the connection, where the server changed what was asked for; null else.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    internal static MqttServerLimits Read(in ConnAckPacket packet, MqttClientOptions options)
    {
        MqttProperties properties = packet.Properties;
        return new MqttServerLimits
        {
            ClientId = properties.TryGetBytes(MqttPropertyId.AssignedClientIdentifier, out ReadOnlySpan<byte> id)
                ? Encoding.UTF8.GetString(id)
                : options.ClientId,
            KeepAlive = properties.TryGetUInt32(MqttPropertyId.ServerKeepAlive, out uint keepAlive)
                ? TimeSpan.FromSeconds(keepAlive)
                : options.KeepAlive,
            ReceiveMaximum = properties.TryGetUInt32(MqttPropertyId.ReceiveMaximum, out uint receive) ? (int)receive : ushort.MaxValue,
            MaxPacketSize = properties.TryGetUInt32(MqttPropertyId.MaximumPacketSize, out uint size)
                ? (int)Math.Min(size, MqttFraming.MaxPacketSize)
                : MqttFraming.MaxPacketSize,
            MaxQoS = properties.TryGetUInt32(MqttPropertyId.MaximumQoS, out uint qos) ? (MqttQoS)qos : MqttQoS.ExactlyOnce,
            SessionExpiry = properties.TryGetUInt32(MqttPropertyId.SessionExpiryInterval, out uint expiry)
                ? TimeSpan.FromSeconds(expiry)
                : null,
        };
    }
}
