using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Admin;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt.Connections;
using Defender.Gateway.Telemetry;
using Defender.Mqtt;

namespace Defender.Gateway.Mqtt;

/// <summary>The endpoint's clients, as operators see them.</summary>
internal sealed class ClientDirectory(MqttEndpoint endpoint) : IClientDirectory
{
    /// <inheritdoc/>
    public IReadOnlyList<ClientView> Clients(string? after, int limit) =>
    [
        .. endpoint.Connections
            .Where(connection => after is null || string.CompareOrdinal(connection.ClientId, after) > 0)
            .OrderBy(connection => connection.ClientId, StringComparer.Ordinal)
            .Take(limit)
            .Select(View)
            .OfType<ClientView>(),
    ];

    /// <inheritdoc/>
    public ClientView? Client(string clientId) => endpoint.Find(clientId) is { } connection ? View(connection) : null;

    private static ClientView? View(ClientConnection connection)
    {
        if (connection.Session is not { } session)
            return null;
        ClientIdentity identity = session.Author.Identity;
        ConnectionTally tally = connection.Tally;
        return new ClientView(
            connection.ClientId,
            identity.ThingName,
            $"{connection.RemoteEndPoint}",
            identity.Kind.ToString().ToLowerInvariant(),
            identity.Kind == IdentityKind.Anonymous ? null : identity.Principal,
            connection.Version == MqttVersion.V5 ? "5.0" : "3.1.1",
            tally.ConnectedSince,
            connection.KeepAliveSeconds)
        {
            Subscriptions = session.Subscriptions?.Count ?? 0,
            InFlight = session.Deliveries.Unacknowledged,
            Queued = session.Deliveries.Queued,
            MessagesIn = tally.MessagesIn,
            MessagesOut = tally.MessagesOut,
            BytesIn = tally.BytesIn,
            BytesOut = connection.BytesOut,
            LastReportAt = tally.LastReportAt == default ? null : tally.LastReportAt,
            LastReportOutcome = tally.LastReportAt == default ? null : LabelNames.Of<ReportOutcome>()[(int)tally.LastReportOutcome],
            AuthorizationFailures = tally.AuthorizationFailures,
        };
    }
}
