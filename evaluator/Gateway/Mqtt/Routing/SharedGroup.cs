using System.Collections.Generic;
using Defender.Gateway.Mqtt.Sessions;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>The sessions that share a subscription (<c>$share/{name}/{filter}</c>): each message goes to one of them, in turn. Not thread-safe.</summary>
internal sealed class SharedGroup : Route
{
    private readonly List<Subscription> _members = [];
    private int _next;

    /// <summary>Whether nobody is left.</summary>
    public bool IsEmpty => _members.Count == 0;

    /// <summary>Adds a member, or replaces its subscription.</summary>
    public void Add(Subscription subscription)
    {
        Remove(subscription.Session);
        _members.Add(subscription);
    }

    /// <summary>Removes a member.</summary>
    public void Remove(Session session) => _members.RemoveAll(member => member.Session == session);

    /// <summary>Whose turn it is: one who is connected, or else one who is away.</summary>
    public Subscription Next()
    {
        for (int i = 0; i < _members.Count; i++)
        {
            Subscription candidate = Turn();
            if (candidate.Session.IsConnected)
                return candidate;
        }

        return Turn();
    }

    private Subscription Turn()
    {
        _next = _next < _members.Count - 1 ? _next + 1 : 0;
        return _members[_next];
    }
}
