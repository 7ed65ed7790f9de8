using System;
using System.Collections.Generic;
using System.Text;

namespace Defender.Gateway.Brokers.Events;

/// <summary>
/// The clients of an external broker that are connected, as its events tell, which may come twice or out of order. Events are queued
/// for the gateway while it is away, so that what they tell outlives its own connections. Of one session at a time: not thread-safe.
/// </summary>
/// <param name="ledger">What counts them.</param>
/// <param name="maxClients">The most that are followed; the connections of those on top are not counted.</param>
internal sealed class BrokerClients(IBrokerLedger ledger, int maxClients = BrokerClients.DefaultMaxClients)
{
    /// <summary>About 20 MB.</summary>
    public const int DefaultMaxClients = 100_000;

    private readonly Dictionary<string, Connection> _connections = new(StringComparer.Ordinal);

    /// <summary>Takes an event.</summary>
    public void Take(ClientEvent happened)
    {
        switch (happened.Type)
        {
            case ClientEventType.Connected:
                Open(happened);
                break;
            case ClientEventType.Disconnected when _connections.TryGetValue(happened.ClientId, out Connection connection):
                // AWS: events may come out of order. The end of an earlier connection is not that of this one.
                if (connection.Session != happened.Session)
                    return;
                connection.Client.Closed();
                _connections.Remove(happened.ClientId);
                break;
            case ClientEventType.Refused:
                ledger.Refused(happened.ClientId, happened.Source);
                break;
        }
    }

    /// <summary>Counts a report; its thing is the client (AWS: client identifier and thing name are one).</summary>
    public void Sent(string thing, string topic, int payloadBytes)
    {
        IBrokerClient client = _connections.TryGetValue(thing, out Connection connection) ? connection.Client : ledger.Get(thing);
        client.Sent(Encoding.UTF8.GetBytes(topic), payloadBytes);
    }

    private void Open(ClientEvent happened)
    {
        if (_connections.TryGetValue(happened.ClientId, out Connection former))
        {
            // AWS: events may come twice.
            if (happened.Session is not null && former.Session == happened.Session)
                return;
            former.Client.Closed();
        }
        else if (_connections.Count >= maxClients)
        {
            return;
        }

        _connections[happened.ClientId] = new Connection(ledger.Open(happened.ClientId, happened.Source), happened.Session);
    }

    private readonly record struct Connection(IBrokerClient Client, string? Session);
}
