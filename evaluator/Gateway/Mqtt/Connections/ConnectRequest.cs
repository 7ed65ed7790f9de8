using System;
using System.Text;
using Defender.Evaluator.Things;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Mqtt.Sessions;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>A CONNECT that obeys the limits, with its bytes copied: who it comes from is found out meanwhile.</summary>
internal sealed record ConnectRequest
{
    /// <summary>The client identifier, its own or one that it was given.</summary>
    public required string ClientId { get; init; }

    /// <summary>Whether the client left the identifier to the endpoint.</summary>
    public bool IsAssigned { get; init; }

    /// <summary>Whether the client wants to start without what its session holds.</summary>
    public bool CleanStart { get; init; }

    /// <summary>How long the session outlives the connection, within the limits.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>Whether the client asked for a longer one.</summary>
    public bool IsExpiryCut { get; init; }

    /// <summary>The longest silence in seconds; 0 for none.</summary>
    public ushort KeepAliveSeconds { get; init; }

    /// <summary>MQTT 5: unacknowledged messages that the client takes.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>MQTT 5: the longest packet that the client takes, in bytes.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>MQTT 5: the highest topic alias that the client takes; 0 for none.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>MQTT 5: whether the client named an authentication method, which none is here.</summary>
    public bool HasAuthenticationMethod { get; init; }

    /// <summary>What is published when the client is lost; null for nothing.</summary>
    public Will? Will { get; init; }

    /// <summary>Null when none was given; an empty one is not the same.</summary>
    public byte[]? UserName { get; init; }

    /// <summary>Null when none was given; an empty one is not the same.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Copies a CONNECT.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="rules">The endpoint's.</param>
    /// <param name="assignedId">The identifier for a client without one; of no account for others.</param>
    public static ConnectRequest Read(in ConnectPacket packet, EndpointRules rules, string assignedId)
    {
        TimeSpan asked = ExpiryOf(packet, rules.Limits);
        TimeSpan expiry = asked < rules.Limits.MaxSessionExpiry ? asked : rules.Limits.MaxSessionExpiry;
        return new ConnectRequest
        {
            ClientId = packet.ClientId.IsEmpty ? assignedId : Encoding.UTF8.GetString(packet.ClientId),
            IsAssigned = packet.ClientId.IsEmpty,
            CleanStart = packet.CleanSession,
            SessionExpiry = expiry,
            IsExpiryCut = expiry != asked,
            KeepAliveSeconds = packet.KeepAliveSeconds,
            ReceiveMaximum = packet.Properties.TryGetUInt32(MqttPropertyId.ReceiveMaximum, out uint window) ? (int)window : ushort.MaxValue,
            MaximumPacketSize = packet.Properties.TryGetUInt32(MqttPropertyId.MaximumPacketSize, out uint size) ? size : uint.MaxValue,
            TopicAliasMaximum = packet.Properties.TryGetUInt32(MqttPropertyId.TopicAliasMaximum, out uint aliases) ? (int)aliases : 0,
            HasAuthenticationMethod = packet.Properties.Contains(MqttPropertyId.AuthenticationMethod),
            Will = ReadWill(packet),
            UserName = packet.HasUserName ? packet.UserName.ToArray() : null,
            Password = packet.HasPassword ? packet.Password.ToArray() : null,
        };
    }

    /// <summary>Whether a client may be called so: as a thing is, since it is one on AWS, and without wildcards, which could reach into filters (CVE-2017-7650).</summary>
    public static bool IsClientId(ReadOnlySpan<byte> clientId, MqttLimits limits) =>
        clientId.Length <= limits.MaxClientIdBytes && ThingName.IsValid(clientId, out _) && !clientId.ContainsAny((byte)'+', (byte)'#');

    private static TimeSpan ExpiryOf(in ConnectPacket packet, MqttLimits limits)
    {
        if (packet.ProtocolLevel != (byte)MqttVersion.V5)
            return packet.CleanSession ? TimeSpan.Zero : limits.SessionExpiry;
        return packet.Properties.TryGetUInt32(MqttPropertyId.SessionExpiryInterval, out uint seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }

    // Nobody speaks on a reserved topic in the gateway's name: such a will is dropped, as such a PUBLISH is.
    private static Will? ReadWill(in ConnectPacket packet)
    {
        if (!packet.HasWill || packet.WillTopic[0] == '$')
            return null;
        byte[] properties = new byte[packet.WillProperties.ForwardedLength];
        packet.WillProperties.CopyForwardedTo(properties);
        var message = new Message
        {
            Topic = packet.WillTopic.ToArray(),
            Payload = packet.WillMessage.ToArray(),
            Properties = properties,
            QoS = packet.WillQoS,
            Retain = packet.WillRetain,
            Publisher = packet.ClientId.IsEmpty ? null : Encoding.UTF8.GetString(packet.ClientId),
        };
        return new Will(
            message,
            packet.WillProperties.TryGetUInt32(MqttPropertyId.WillDelayInterval, out uint delay) ? TimeSpan.FromSeconds(delay) : TimeSpan.Zero,
            packet.WillProperties.TryGetUInt32(MqttPropertyId.MessageExpiryInterval, out uint expiry) ? expiry : null);
    }
}
