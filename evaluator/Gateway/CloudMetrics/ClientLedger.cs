using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using Defender.Evaluator.Addresses;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Things;
using Defender.Gateway.Control;
using Defender.Gateway.Hosting;
using Defender.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.CloudMetrics;

/// <summary>
/// The clients that were heard of, with what they do. Registered things and all others stand in tables of their own, each
/// bounded: nobody pushes a registered thing out by connecting under many names. Thread-safe.
/// </summary>
internal sealed class ClientLedger
{
    private readonly Lock _gate = new();
    private readonly ControlPlane _control;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<ClientLedger> _logger;
    private readonly ClientTable _registered;
    private readonly ClientTable _unregistered;
    private readonly ConditionalWeakTable<ThingProfiles, CloudSeries> _series = [];
    private long _period = 1;
    private long _pushedOut;
    private bool _isStopping;

    public ClientLedger(ControlPlane control, GatewayOptions options, TimeProvider timeProvider, ILogger<ClientLedger> logger)
    {
        _control = control;
        _timeProvider = timeProvider;
        _logger = logger;
        _registered = new ClientTable(options.MaxTrackedClients);
        _unregistered = new ClientTable(options.MaxUnregisteredClients);
    }

    /// <summary>Number of the running period, counted from the start.</summary>
    public long Period => Volatile.Read(ref _period);

    /// <summary>What applies to whom.</summary>
    public EvaluationRules Rules => _control.Rules;

    /// <summary>Clients in both tables.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _registered.Count + _unregistered.Count;
        }
    }

    /// <summary>Clients that had to make room since the start.</summary>
    public long PushedOut => Interlocked.Read(ref _pushedOut);

    /// <summary>Tells the gateway's own metrics how full the tables are.</summary>
    public void AddTo(MetricRegistry registry)
    {
        registry.Gauge("defender.cloud.clients", "{client}", "Clients that are counted for cloud-side metrics.", () => Count);
        registry.Counter("defender.cloud.clients.pushed_out", "{client}", "Clients that made room for others and are no longer counted.", () => PushedOut);
    }

    /// <summary>Counts a connection attempt that was taken; the counters of that client id, shared by its successive connections.</summary>
    public ClientCounters Open(string clientId, IPAddress? source)
    {
        lock (_gate)
        {
            ClientCounters client = Get(clientId);
            client.Connect(AddressOf(source));
            Heard(client);
            return client;
        }
    }

    /// <summary>The counters of a client that sends on a connection of which nothing is known, at a broker without events; counts no attempt.</summary>
    public ClientCounters Notice(string clientId)
    {
        lock (_gate)
        {
            ClientCounters client = Get(clientId);
            client.Notice();
            Heard(client);
            return client;
        }
    }

    /// <summary>Counts a CONNECT that was refused.</summary>
    /// <param name="clientId">Who it claimed to be; what can be no thing's name is not counted.</param>
    /// <param name="source">Where from; null when unknown.</param>
    /// <param name="unauthorized">Whether it was refused for want of a right, which is an authorization failure, too.</param>
    public void Refused(string clientId, IPAddress? source, bool unauthorized)
    {
        if (!ThingName.IsValid(clientId, out _))
            return;
        lock (_gate)
        {
            ClientCounters client = Get(clientId);
            client.Refuse(AddressOf(source), unauthorized);
            Heard(client);
        }
    }

    /// <summary>A connection of a client has ended.</summary>
    public void Close(ClientCounters client)
    {
        lock (_gate)
        {
            // Who goes because the gateway stops was not away on its own account.
            if (!_isStopping && client.Disconnect(_timeProvider.GetUtcNow()))
                Heard(client);
        }
    }

    /// <summary>The series that are wanted of a client: the same object for all that the same profiles apply to.</summary>
    public CloudSeries SeriesOf(string clientId, EvaluationRules rules)
    {
        ThingProfiles profiles = rules.For(clientId);
        return _series.TryGetValue(profiles, out CloudSeries? series)
            ? series
            : _series.GetOrAdd(profiles, CloudSeries.Of(profiles, rules.Definitions));
    }

    /// <summary>Begins the next period: what is counted from here on belongs to it.</summary>
    public void BeginPeriod() => Interlocked.Increment(ref _period);

    /// <summary>All clients, in no particular order.</summary>
    public void CopyTo(ICollection<ClientCounters> clients)
    {
        lock (_gate)
        {
            _registered.CopyTo(clients);
            _unregistered.CopyTo(clients);
        }
    }

    /// <summary>Puts a client into the table where it belongs now.</summary>
    public void Sort(ClientCounters client)
    {
        lock (_gate)
        {
            (ClientTable table, ClientTable other) = Rules.IsRegistered(client.ClientId) ? (_registered, _unregistered) : (_unregistered, _registered);
            if (other.Remove(client))
                Add(table, client);
        }
    }

    /// <summary>Forgets a client that stayed away, unless it has come back.</summary>
    public void Forget(ClientCounters client)
    {
        lock (_gate)
        {
            if (!client.IsConnected)
                _unregistered.Remove(client);
        }
    }

    /// <summary>Takes up a client that was away before a restart.</summary>
    public void Restore(string clientId, DateTimeOffset disconnectedAt)
    {
        lock (_gate)
            Get(clientId).Restore(disconnectedAt);
    }

    /// <summary>Connections that end from here on do so because the gateway stops.</summary>
    public void Stop()
    {
        lock (_gate)
            _isStopping = true;
    }

    private ClientCounters Get(string clientId)
    {
        if (_registered.TryGet(clientId, out ClientCounters? client) || _unregistered.TryGet(clientId, out client))
            return client;
        client = new ClientCounters(this, clientId);
        // The reports of such a client are refused (R19), and nothing else is judged in its name.
        if (ThingName.IsValid(clientId, out _))
            Add(Rules.IsRegistered(clientId) ? _registered : _unregistered, client);
        return client;
    }

    private void Add(ClientTable table, ClientCounters client)
    {
        if (!table.Add(client))
            return;
        Interlocked.Increment(ref _pushedOut);
        if (table.IsOverflowLogged)
            return;
        table.IsOverflowLogged = true;
        _logger.ClientTableFull(table.Capacity, table == _registered ? "registered" : "unregistered", table == _registered ? "--max-tracked-clients" : "--max-unregistered-clients");
    }

    private void Heard(ClientCounters client)
    {
        _registered.Heard(client);
        _unregistered.Heard(client);
    }

    private static IpAddress? AddressOf(IPAddress? address)
    {
        if (address is null)
            return null;
        Span<byte> bytes = stackalloc byte[16];
        return (address.AddressFamily == AddressFamily.InterNetworkV6 ? address : address.MapToIPv6()).TryWriteBytes(bytes, out _)
            ? new IpAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : null;
    }
}
