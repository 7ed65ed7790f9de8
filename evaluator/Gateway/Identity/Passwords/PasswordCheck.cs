using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;

namespace Defender.Gateway.Identity.Passwords;

/// <summary>
/// Whether a password is right: one at a time, as each costs 200 ms of work, with a bounded queue; what was right a moment ago
/// costs microseconds, so that a fleet which reconnects does not wait in it. Thread-safe.
/// </summary>
internal sealed class PasswordCheck : IDisposable
{
    /// <summary>Own: passwords that wait to be checked: 20 s of work.</summary>
    public const int MaxWaiting = 100;

    /// <summary>Own: right passwords in memory, each as a keyed hash.</summary>
    public const int MaxRemembered = 16_384;

    private readonly IdentityRegistry _registry;
    private readonly FailureLimit _failures;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, ClientUserRow> _right = [];
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private long _changes;
    private int _waiting;

    public PasswordCheck(IdentityRegistry registry, TimeProvider timeProvider)
    {
        _registry = registry;
        _failures = new FailureLimit(timeProvider);
        registry.Withdrawn += Forget;
    }

    /// <summary>Checks a password.</summary>
    /// <param name="userName">UTF-8.</param>
    /// <param name="password">Any bytes.</param>
    /// <param name="address">Of the client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The user; null and why when the client is refused.</returns>
    public async ValueTask<(ClientUserRow? User, AuthenticationRefusal Refusal)> CheckAsync(
        byte[] userName, byte[] password, IPAddress? address, CancellationToken cancellationToken)
    {
        if (userName.Length > UserNames.MaxBytes || password.Length is 0 or > PasswordHash.MaxPasswordBytes)
            return (null, AuthenticationRefusal.BadUserNameOrPassword);
        UInt128 digest = DigestOf(userName, password);
        long changes;
        lock (_gate)
        {
            if (_right.TryGetValue(digest, out ClientUserRow? known))
                return (known, AuthenticationRefusal.None);
            changes = _changes;
        }

        string name = Encoding.UTF8.GetString(userName), ofName = $"user {name}", ofAddress = $"address {AddressKey.Of(address)}";
        if (!_failures.Allows(ofName) || !_failures.Allows(ofAddress))
            return (null, AuthenticationRefusal.Throttled);
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return (null, AuthenticationRefusal.Throttled);
        }

        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            // Those before this one may have used up what was left.
            if (!_failures.Allows(ofName) || !_failures.Allows(ofAddress))
                return (null, AuthenticationRefusal.Throttled);
            (ClientUserRow? user, bool isRight) = await Task.Run(
                () =>
                {
                    ClientUserRow? found = _registry.FindUser(name);
                    return (found, PasswordHash.IsRight(found, password));
                },
                CancellationToken.None).ConfigureAwait(false);
            if (isRight)
            {
                Remember(digest, user!, changes);
                return (user, AuthenticationRefusal.None);
            }

            _failures.Failed(ofName);
            _failures.Failed(ofAddress);
            return (null, AuthenticationRefusal.BadUserNameOrPassword);
        }
        catch (StoreException)
        {
            return (null, AuthenticationRefusal.Unavailable);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _registry.Withdrawn -= Forget;
        _turn.Dispose();
    }

    private void Remember(UInt128 digest, ClientUserRow user, long changes)
    {
        lock (_gate)
        {
            // What was read before a change is not kept beyond it.
            if (changes != _changes)
                return;
            if (_right.Count >= MaxRemembered)
                _right.Clear();
            _right[digest] = user;
        }
    }

    private void Forget(IReadOnlySet<string> principals)
    {
        if (principals.All(Fingerprint.Is))
            return;
        lock (_gate)
        {
            _changes++;
            _right.Clear();
        }
    }

    // Keyed with what dies with the process: a copy of the memory tells no password faster than the store does.
    private UInt128 DigestOf(byte[] userName, byte[] password)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(BitConverter.GetBytes(userName.Length));
        hmac.AppendData(userName);
        hmac.AppendData(password);
        return BinaryPrimitives.ReadUInt128BigEndian(hmac.GetHashAndReset());
    }
}
