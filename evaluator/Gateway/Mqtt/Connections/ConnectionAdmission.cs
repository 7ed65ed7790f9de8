using System;
using System.Collections.Generic;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>Who may connect as far as numbers and rates go, before anything is read of them. Thread-safe; its tables are bounded.</summary>
internal sealed class ConnectionAdmission(MqttLimits limits, TimeProvider timeProvider)
{
    // A client identifier may connect so often at once; AWS prints the rate only.
    private const int ClientBurst = 10;

    private readonly Lock _gate = new();
    private readonly RateTable<AddressKey> _addresses = new(limits.ConnectsPerSecondOfAddress, limits.ConnectsPerSecondOfAddress, timeProvider);
    private readonly RateTable<string> _clients = new(limits.ConnectsPerSecondOfClient, ClientBurst, timeProvider);
    private readonly Dictionary<AddressKey, int> _byAddress = [];
    private int _connections;

    /// <summary>Makes place for a connection, which ends with <see cref="Leave"/>; false with the reason when there is none.</summary>
    /// <param name="address">Where it comes from; null where the transport does not say.</param>
    /// <param name="refusal">Why not.</param>
    public bool TryEnter(IPAddress? address, out Ending? refusal)
    {
        lock (_gate)
        {
            refusal = Check(address);
            if (refusal is not null)
                return false;
            _connections++;
            if (address is not null)
                CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, AddressKey.Of(address), out _)++;
            return true;
        }
    }

    /// <summary>Gives the place of a connection back.</summary>
    public void Leave(IPAddress? address)
    {
        lock (_gate)
        {
            _connections--;
            if (address is null)
                return;
            AddressKey key = AddressKey.Of(address);
            if (--CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, key, out _) == 0)
                _byAddress.Remove(key);
        }
    }

    /// <summary>Whether a client identifier may connect now; each question counts.</summary>
    public bool TryConnect(string clientId)
    {
        lock (_gate)
            return _clients.TryTake(clientId);
    }

    private Ending? Check(IPAddress? address)
    {
        if (_connections >= limits.MaxConnections)
            return new(ConnectionEnd.TooManyConnections, $"{limits.MaxConnections} are connected, which is all there may be");
        if (address is null)
            return null;
        AddressKey key = AddressKey.Of(address);
        if (_byAddress.GetValueOrDefault(key) >= limits.MaxConnectionsOfAddress)
            return new(ConnectionEnd.TooManyOfAddress, $"{limits.MaxConnectionsOfAddress} of its address are connected, which is all there may be");
        return _addresses.TryTake(key)
            ? null
            : new(ConnectionEnd.AddressConnectsTooFast, $"its address connects more than {limits.ConnectsPerSecondOfAddress} times a second");
    }
}
