using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// Lets so many handshakes run at once that they end in time, in the order they came, and no address more than a quarter of
/// them: who stalls his handshakes holds up himself. Thread-safe.
/// </summary>
/// <param name="maxRunning">Handshakes at once.</param>
/// <param name="maxWaiting">Further ones that wait, half of them of one address; those on top are refused.</param>
internal sealed class HandshakeTurns(int maxRunning, int maxWaiting) : IDisposable
{
    /// <summary>A handshake is 1 ms of work and a few round trips of waiting.</summary>
    public const int DefaultMaxRunning = 256;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _free = new(maxRunning);
    private readonly Dictionary<AddressKey, Address> _addresses = [];
    private int _present;

    /// <summary>Waits for a turn, which ends with <see cref="Leave"/>; false when too many wait.</summary>
    /// <exception cref="OperationCanceledException">The turn did not come in time.</exception>
    public async ValueTask<bool> TryEnterAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        AddressKey key = AddressKey.Of(address);
        Address? own;
        lock (_gate)
        {
            if (_present >= maxRunning + maxWaiting)
                return false;
            if (!_addresses.TryGetValue(key, out own))
                _addresses.Add(key, own = new Address(new SemaphoreSlim(Math.Max(1, maxRunning / 4))));
            else if (own.Present >= (maxRunning + maxWaiting) / 2)
                return false;
            _present++;
            own.Present++;
        }

        bool isFirst = false;
        try
        {
            await own.Free.WaitAsync(cancellationToken).ConfigureAwait(false);
            isFirst = true;
            await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch
        {
            if (isFirst)
                own.Free.Release();
            Forget(key, own);
            throw;
        }
    }

    /// <summary>Ends a turn.</summary>
    public void Leave(IPAddress? address)
    {
        AddressKey key = AddressKey.Of(address);
        Address own;
        lock (_gate)
            own = _addresses[key];
        _free.Release();
        own.Free.Release();
        Forget(key, own);
    }

    public void Dispose() => _free.Dispose();

    private void Forget(AddressKey key, Address own)
    {
        lock (_gate)
        {
            _present--;
            if (--own.Present == 0)
                _addresses.Remove(key);
        }
    }

    private sealed class Address(SemaphoreSlim free)
    {
        public SemaphoreSlim Free { get; } = free;

        public int Present { get; set; }
    }
}
