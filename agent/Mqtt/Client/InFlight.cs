using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Mqtt.Client;

/// <summary>
/// The packet identifiers that wait for an acknowledgement; who finds the limit reached waits for one to come.
/// An identifier stays taken until its acknowledgement comes, also when the caller gave up: a late one must not settle a later packet.
/// Safe for any number of threads.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "Neither holds a handle or a timer, and late callers may still stand in them.")]
internal sealed class InFlight(int limit)
{
    private readonly Dictionary<ushort, Waiter> _waiters = [];
    private readonly SemaphoreSlim _room = new(limit);
    private readonly CancellationTokenSource _over = new();
    private MqttException? _failure;
    private ushort _last;

    /// <summary>Takes the next free identifier, round robin.</summary>
    /// <exception cref="MqttException">The connection is over.</exception>
    public async ValueTask<Waiter> AddAsync(MqttPacketType expectedAck, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _over.Token);
        try
        {
            await _room.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw _failure!.ForOneMore();
        }

        lock (_waiters)
        {
            if (_failure is not null)
            {
                throw _failure.ForOneMore();
            }

            do
            {
                _last = _last == ushort.MaxValue ? (ushort)1 : (ushort)(_last + 1);
            }
            while (_waiters.ContainsKey(_last));

            var waiter = new Waiter(_last, expectedAck);
            _waiters.Add(_last, waiter);
            return waiter;
        }
    }

    /// <summary>Gives an identifier back that was never sent.</summary>
    public void Remove(Waiter waiter)
    {
        bool removed;
        lock (_waiters)
        {
            removed = _waiters.TryGetValue(waiter.PacketId, out Waiter? holder) && holder == waiter && _waiters.Remove(waiter.PacketId);
        }

        if (removed)
        {
            _room.Release();
        }
    }

    /// <summary>Frees the identifier and wakes who waits; false when nothing in flight expects this acknowledgement.</summary>
    public bool TryComplete(MqttPacketType ack, ushort packetId, Acknowledgement acknowledgement = default)
    {
        Waiter? waiter;
        lock (_waiters)
        {
            if (!_waiters.TryGetValue(packetId, out waiter) || waiter.ExpectedAck != ack)
            {
                return false;
            }

            _waiters.Remove(packetId);
        }

        _room.Release();
        waiter.Source.TrySetResult(acknowledgement);
        return true;
    }

    /// <summary>Fails everything in flight and all that comes later; the first failure counts.</summary>
    public void Fail(MqttException failure)
    {
        Waiter[] waiters;
        lock (_waiters)
        {
            _failure ??= failure;
            waiters = [.. _waiters.Values];
            _waiters.Clear();
        }

        _over.Cancel();
        foreach (Waiter waiter in waiters)
        {
            waiter.Source.TrySetException(failure.ForOneMore());
            // A caller that gave up never looks at it: this marks it as seen.
            _ = waiter.Source.Task.Exception;
        }
    }

    internal sealed class Waiter(ushort packetId, MqttPacketType expectedAck)
    {
        public ushort PacketId { get; } = packetId;

        public MqttPacketType ExpectedAck { get; } = expectedAck;

        public TaskCompletionSource<Acknowledgement> Source { get; } = new(Continuations.OfThisContext);
    }
}
