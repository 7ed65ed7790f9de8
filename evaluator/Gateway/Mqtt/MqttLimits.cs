using System;

namespace Defender.Gateway.Mqtt;

/// <summary>The bounds of what clients may ask of the endpoint, each with its source; <see cref="MqttLimitNames"/> names those that can be set.</summary>
internal sealed record MqttLimits
{
    private const int MiB = 1024 * 1024;

    /// <summary>AWS's values, and our own where AWS prints none.</summary>
    public static MqttLimits Aws { get; } = new();

    /// <summary>What the specification allows, as far as memory is bounded: longer and deeper topics, more filters, no rates.</summary>
    public static MqttLimits Spec { get; } = new()
    {
        MaxTopicBytes = ushort.MaxValue,
        MaxTopicSlashes = 127,
        MaxFiltersPerSubscribe = 1000,
        MaxSubscriptions = 1000,
        ConnectsPerSecondOfClient = 0,
        PublishesPerSecond = 0,
        PublishBytesPerSecond = 0,
        MaxKeepAlive = TimeSpan.FromSeconds(ushort.MaxValue),
        TopicAliasMaximum = 100,
    };

    /// <summary>Own: what must arrive before a client is known stays small.</summary>
    public int MaxConnectPacketBytes { get; init; } = 16 * 1024;

    /// <summary>AWS: message payload 128 KiB.</summary>
    public int MaxPayloadBytes { get; init; } = 128 * 1024;

    /// <summary>AWS: Maximum Packet Size of its CONNACK is 149,504 with a payload of 128 KiB; the same room beside other payloads.</summary>
    public int MaxPacketBytes => MaxPayloadBytes + MaxTopicBytes + (18 * 1024) - 256;

    /// <summary>AWS: client identifier, bytes of UTF-8.</summary>
    public int MaxClientIdBytes { get; init; } = 128;

    /// <summary>AWS: bytes of a topic, and of a topic filter.</summary>
    public int MaxTopicBytes { get; init; } = 256;

    /// <summary>AWS: slashes of a topic, and of a topic filter. It also bounds what a subscription costs in memory.</summary>
    public int MaxTopicSlashes { get; init; } = 7;

    /// <summary>AWS: topic filters in one SUBSCRIBE.</summary>
    public int MaxFiltersPerSubscribe { get; init; } = 8;

    /// <summary>AWS: subscriptions of one connection.</summary>
    public int MaxSubscriptions { get; init; } = 50;

    /// <summary>AWS: unacknowledged messages towards one client; further ones wait.</summary>
    public int MaxUnacknowledged { get; init; } = 100;

    /// <summary>AWS: unacknowledged messages of one client, which MQTT 5 calls Receive Maximum.</summary>
    public int ReceiveMaximum { get; init; } = 100;

    /// <summary>AWS: topic aliases of one MQTT 5 connection.</summary>
    public int TopicAliasMaximum { get; init; } = 8;

    /// <summary>
    /// Own: bytes that wait for a client which does not read, and once more for one that does not acknowledge; over either the
    /// client is closed.
    /// </summary>
    public int MaxPendingBytes { get; init; } = MiB / 2;

    /// <summary>Own: messages that wait for a client that is away; further ones are dropped for it.</summary>
    public int MaxQueuedMessages { get; init; } = 1000;

    /// <summary>Own: bytes that wait for a client that is away; further messages are dropped for it.</summary>
    public int MaxQueuedBytes { get; init; } = MiB;

    /// <summary>Own: sessions whose clients are away; when one more comes, the one ends of which a will or its end is due first.</summary>
    public int MaxOfflineSessions { get; init; } = 20_000;

    /// <summary>AWS: an MQTT 3.1.1 session lives an hour after its connection.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    /// <summary>AWS: longest session expiry that MQTT 5 clients may ask for, a week.</summary>
    public TimeSpan MaxSessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Own: retained messages; AWS's quota is 5,000 to 500,000 by region.</summary>
    public int MaxRetained { get; init; } = 10_000;

    /// <summary>Own: connections at once, those that have not sent CONNECT included.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Own: connections at once of one address, so that one host cannot take all places.</summary>
    public int MaxConnectionsOfAddress { get; init; } = 18_000;

    /// <summary>AWS: 500 CONNECTs a second, there for a whole account; here for one address. 0 for no limit.</summary>
    public int ConnectsPerSecondOfAddress { get; init; } = 500;

    /// <summary>AWS: one CONNECT a second with one client identifier, ten at once; takeovers are among them. 0 for no limit.</summary>
    public int ConnectsPerSecondOfClient { get; init; } = 1;

    /// <summary>AWS: messages a second that one connection publishes; what comes faster waits. 0 for no limit.</summary>
    public int PublishesPerSecond { get; init; } = 100;

    /// <summary>AWS: payload bytes a second that one connection publishes, 512 KiB; what comes faster waits. 0 for no limit.</summary>
    public int PublishBytesPerSecond { get; init; } = MiB / 2;

    /// <summary>
    /// Own: bytes of messages that wait anywhere in the endpoint, of retained ones, which get half at most, and of subscriptions.
    /// Over it nothing new is kept: messages for slow and absent clients are dropped, subscriptions and, from fifteen sixteenths
    /// on, new connections refused; who is connected and keeps up goes on.
    /// </summary>
    public long MemoryBudgetBytes { get; init; } = 256L * MiB;

    /// <summary>Own: from accepting the connection to its complete CONNECT, however its bytes are spread.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Own: for the last bytes to a client that is being closed; then they are given up, and the socket with them.</summary>
    public TimeSpan FarewellTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>AWS: longest keep-alive; clients that ask for more, or for none, are held to it.</summary>
    public TimeSpan MaxKeepAlive { get; init; } = TimeSpan.FromSeconds(1200);

    /// <summary>The limits of a mode.</summary>
    public static MqttLimits Of(MqttMode mode) => mode == MqttMode.Spec ? Spec : Aws;
}
