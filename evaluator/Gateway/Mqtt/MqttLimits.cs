using System;

namespace Defender.Gateway.Mqtt;

/// <summary>The bounds of what a client may ask of the endpoint, each with its source.</summary>
internal static class MqttLimits
{
    /// <summary>Own: what must arrive before a client is known stays small.</summary>
    public const int MaxConnectPacketSize = 16 * 1024;

    /// <summary>AWS: message payload 128 KiB; the rest is room for the fixed header, the topic and the packet identifier.</summary>
    public const int MaxPacketSize = (128 * 1024) + 1024;

    /// <summary>AWS: client identifier, bytes of UTF-8.</summary>
    public const int MaxClientIdBytes = 128;

    /// <summary>AWS: topic filters in one SUBSCRIBE.</summary>
    public const int MaxFiltersPerSubscribe = 8;

    /// <summary>AWS: subscriptions of one connection.</summary>
    public const int MaxSubscriptions = 50;

    /// <summary>AWS: bytes of a topic filter.</summary>
    public const int MaxFilterBytes = 256;

    /// <summary>AWS: slashes of a topic filter. It also bounds what a subscription costs in memory.</summary>
    public const int MaxFilterSlashes = 7;

    /// <summary>AWS: unacknowledged QoS 1 messages towards one client; further ones wait.</summary>
    public const int MaxUnacknowledged = 100;

    /// <summary>
    /// Own: bytes that wait for a client which does not read, and once more for one that does not acknowledge; over either the
    /// client is closed.
    /// </summary>
    public const int MaxPendingBytes = 512 * 1024;

    /// <summary>Own: connections at once, those that have not sent CONNECT included.</summary>
    public const int MaxConnections = 20_000;

    /// <summary>Own: from accepting the connection to its complete CONNECT, however its bytes are spread.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Own: for the last bytes to a client that is being closed; then they are given up, and the socket with them.</summary>
    public static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    /// <summary>AWS: longest keep-alive; clients that ask for more, or for none, are held to it.</summary>
    public static readonly TimeSpan MaxKeepAlive = TimeSpan.FromSeconds(1200);
}
