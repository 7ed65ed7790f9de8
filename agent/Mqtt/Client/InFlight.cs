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
internal sealed class InFlight(int limit, TimeProvider timeProvider)
{
    private readonly Dictionary<ushort, Waiter> _waiters = [];
    private readonly SemaphoreSlim _room = new(limit);
    private readonly CancellationTokenSource _over = new();
    private MqttException? _failure;
    private ushort _last;

    // One that has ended, for the next: who sends one packet after the other needs only one.
    private Waiter? _spare;

    /// <summary>Takes the next free identifier, round robin.</summary>
    /// <exception cref="MqttException">The connection is over.</exception>
    public ValueTask<Waiter> AddAsync(MqttPacketType expectedAck, CancellationToken ct)
        => _room.Wait(0, CancellationToken.None) ? new ValueTask<Waiter>(Add(expectedAck)) : AddLaterAsync(expectedAck, ct);

    private async ValueTask<Waiter> AddLaterAsync(MqttPacketType expectedAck, CancellationToken ct)
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

        return Add(expectedAck);
    }

    private Waiter Add(MqttPacketType expectedAck)
    {
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

            Waiter waiter = _spare ?? new Waiter(timeProvider);
            _spare = null;
            waiter.PacketId = _last;
            waiter.ExpectedAck = expectedAck;
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

    /// <summary>Takes a waiter back whose acknowledgement has come and was looked at.</summary>
    public void Reuse(Waiter waiter)
    {
        lock (_waiters)
        {
            _spare = waiter;
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
        waiter.Complete(acknowledgement);
        return true;
    }

    /// <summary>Fails everything in flight and all that comes later; the first failure counts.</summary>
    public void Fail(MqttException failure)
    {
        Waiter[] waiters;
        lock (_waiters)
        {
            _failure ??= failure;
            waiters = new Waiter[_waiters.Count];
            _waiters.Values.CopyTo(waiters, 0);
            _waiters.Clear();
        }

        _over.Cancel();
        foreach (Waiter waiter in waiters)
        {
            waiter.Fail(failure);
        }
    }

    internal sealed class Waiter(TimeProvider timeProvider)
    {
        private readonly Signal _answered = new(timeProvider);
        private Acknowledgement _acknowledgement;
        private MqttException? _failure;

        public ushort PacketId { get; set; }

        public MqttPacketType ExpectedAck { get; set; }

        /// <summary>What came.</summary>
        /// <exception cref="MqttException">The connection is over.</exception>
        public Acknowledgement Answer => _failure is null ? _acknowledgement : throw _failure.ForOneMore();

        /// <returns>False when the time is over.</returns>
        public ValueTask<bool> WaitAsync(TimeSpan time, CancellationToken ct) => _answered.WaitAsync(time, ct);

        public void Complete(Acknowledgement acknowledgement)
        {
            _acknowledgement = acknowledgement;
            _answered.Set();
        }

        public void Fail(MqttException failure)
        {
            _failure = failure;
            _answered.Set();
        }
    }
}
