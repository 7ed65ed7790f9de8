using System;

namespace Defender.Gateway.Admin;

/// <summary>A connected client as an operator sees it.</summary>
/// <param name="ClientId">Its MQTT client id.</param>
/// <param name="ThingName">The thing it is; null where it is none.</param>
/// <param name="Address">Address and port of its end of the connection.</param>
/// <param name="IdentityKind">How it said who it is: certificate, password or anonymous.</param>
/// <param name="Principal">Fingerprint of the certificate or user name; null for none.</param>
/// <param name="ProtocolVersion">3.1.1 or 5.0.</param>
/// <param name="ConnectedSince">When its CONNECT was accepted.</param>
/// <param name="KeepAliveSeconds">What it is held to; 0 for none.</param>
internal sealed record ClientView(
    string ClientId,
    string? ThingName,
    string Address,
    string IdentityKind,
    string? Principal,
    string ProtocolVersion,
    DateTimeOffset ConnectedSince,
    int KeepAliveSeconds)
{
    /// <summary>Filters that it subscribes to.</summary>
    public int Subscriptions { get; init; }

    /// <summary>Messages that it has not acknowledged.</summary>
    public int InFlight { get; init; }

    /// <summary>Messages that wait for it.</summary>
    public int Queued { get; init; }

    /// <summary>Messages that it published on this connection.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Messages that it was sent.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Bytes that came.</summary>
    public long BytesIn { get; init; }

    /// <summary>Bytes that were sent.</summary>
    public long BytesOut { get; init; }

    /// <summary>When its last report came; null before the first.</summary>
    public DateTimeOffset? LastReportAt { get; init; }

    /// <summary>What became of it: accepted, repeated, rejected, throttled or failed; null before the first.</summary>
    public string? LastReportOutcome { get; init; }

    /// <summary>Operations of this connection that no policy allowed.</summary>
    public long AuthorizationFailures { get; init; }
}
