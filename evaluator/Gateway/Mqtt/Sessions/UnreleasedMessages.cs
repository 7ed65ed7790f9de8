using System.Collections.Generic;
using System.Threading;

namespace Defender.Gateway.Mqtt.Sessions;

/// <summary>
/// The packet identifiers of QoS 2 messages that a client has sent and not yet released (MQTT-4.3.3). Any thread may call: after
/// a takeover the old connection can still be at its last packet.
/// </summary>
internal sealed class UnreleasedMessages
{
    private readonly Lock _gate = new();
    private HashSet<ushort>? _ids;

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _ids?.Count ?? 0;
        }
    }

    /// <summary>Whether a message has come before.</summary>
    public bool Contains(ushort packetId)
    {
        lock (_gate)
            return _ids?.Contains(packetId) == true;
    }

    /// <summary>A message was passed on.</summary>
    public void Add(ushort packetId)
    {
        lock (_gate)
            (_ids ??= []).Add(packetId);
    }

    /// <summary>Its identifier is free again; false when it was.</summary>
    public bool Remove(ushort packetId)
    {
        lock (_gate)
            return _ids?.Remove(packetId) == true;
    }
}
