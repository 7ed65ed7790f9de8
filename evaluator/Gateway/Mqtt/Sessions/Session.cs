using System;
using System.Collections.Generic;
using System.Threading;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Mqtt.Routing;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>
/// What the endpoint knows of a client beyond one connection (MQTT 3.1.1, section 4.1). The endpoint's lock guards it, but for
/// <see cref="Deliveries"/>, and <see cref="Received"/>, which have their own.
/// </summary>
internal sealed class Session(MessageAuthor author, DeliveryWindow deliveries)
{
    private UnreleasedMessages? _received;

    /// <summary>Whose session it is; messages of it that are kept depend on these rights.</summary>
    public MessageAuthor Author { get; set; } = author;

    /// <summary>The client identifier.</summary>
    public string ClientId => Author.ClientId;

    /// <summary>How long it outlives its connection; zero for not at all, <see cref="TimeSpan.MaxValue"/> never happens.</summary>
    public TimeSpan Expiry { get; set; }

    /// <summary>The connection; null while the client is away.</summary>
    public ClientConnection? Connection { get; set; }

    /// <summary>Whether the client is here.</summary>
    public bool IsConnected => Connection is not null;

    /// <summary>What it subscribes to, by the whole filter; null until it subscribes.</summary>
    public Dictionary<byte[], Subscription>? Subscriptions { get; set; }

    /// <summary>Subscriptions that have still to get retained messages; null for none.</summary>
    public Queue<RetainedBacklog>? Backlogs { get; set; }

    /// <summary>Messages on their way to it.</summary>
    public DeliveryWindow Deliveries { get; } = deliveries;

    /// <summary>QoS 2 messages that it has sent and not yet released. Made for the first of them: most sessions have none.</summary>
    public UnreleasedMessages Received => _received ?? Interlocked.CompareExchange(ref _received, new(), null) ?? _received;

    /// <summary>What is published when the client is lost; null for nothing.</summary>
    public Will? Will { get; set; }

    /// <summary>While the client is away: when the session ends, as a timestamp of the endpoint's clock.</summary>
    public long ExpiresAt { get; set; }

    /// <summary>While the client is away: when its will is due; <see cref="long.MaxValue"/> for never.</summary>
    public long WillDueAt { get; set; } = long.MaxValue;

    /// <summary>Its place among the absent; null while the client is here.</summary>
    public Absence? Absence { get; set; }

    /// <summary>The search that a message last found it in, and where: so that overlapping subscriptions meet without a table.</summary>
    public (long Search, int Index) Found { get; set; }
}
