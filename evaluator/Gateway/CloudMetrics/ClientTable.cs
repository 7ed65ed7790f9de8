using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// Clients by their id, so many and no more: the one that has been away longest makes room, and only where all are connected the
/// one that connected first. Not thread-safe.
/// </summary>
internal sealed class ClientTable(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<ClientCounters>> _clients = new(StringComparer.Ordinal);
    private readonly LinkedList<ClientCounters> _away = [];
    private readonly LinkedList<ClientCounters> _connected = [];

    public int Count => _clients.Count;

    /// <summary>At most so many.</summary>
    public int Capacity => capacity;

    /// <summary>Whether it was said that clients had to make room.</summary>
    public bool IsOverflowLogged { get; set; }

    public bool TryGet(string clientId, [NotNullWhen(true)] out ClientCounters? client)
    {
        client = _clients.GetValueOrDefault(clientId)?.Value;
        return client is not null;
    }

    /// <summary>Adds a client; true where another had to make room for it.</summary>
    public bool Add(ClientCounters client)
    {
        bool isFull = _clients.Count >= capacity;
        if (isFull)
            Remove((_away.First ?? _connected.First!).Value);
        _clients.Add(client.ClientId, ListOf(client).AddLast(client));
        return isFull;
    }

    /// <summary>Notes that a client was heard, or that it has come or gone; those that are no longer in the table do not come back.</summary>
    public void Heard(ClientCounters client)
    {
        if (!_clients.TryGetValue(client.ClientId, out LinkedListNode<ClientCounters>? node) || node.Value != client)
            return;
        node.List!.Remove(node);
        ListOf(client).AddLast(node);
    }

    public bool Remove(ClientCounters client)
    {
        if (!_clients.TryGetValue(client.ClientId, out LinkedListNode<ClientCounters>? node) || node.Value != client)
            return false;
        node.List!.Remove(node);
        return _clients.Remove(client.ClientId);
    }

    public void CopyTo(ICollection<ClientCounters> clients)
    {
        foreach (LinkedListNode<ClientCounters> node in _clients.Values)
            clients.Add(node.Value);
    }

    private LinkedList<ClientCounters> ListOf(ClientCounters client) => client.IsConnected ? _connected : _away;
}
