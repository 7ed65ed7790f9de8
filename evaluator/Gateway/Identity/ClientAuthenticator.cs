using System;
using System.Collections.Generic;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Identity.Tls;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Identity;

/// <summary>
/// Says who a client is: by the certificate of its connection, by user name and password, or, on this machine only, not at all.
/// </summary>
internal sealed class ClientAuthenticator : IClientAuthenticator
{
    private const byte SdkMarker = (byte)'?';

    private readonly IdentityRegistry _registry;
    private readonly PasswordCheck _passwords;
    private readonly IdentityRefusals _refusals;
    private readonly ListenerOptions _options;
    private readonly TimeProvider _timeProvider;

    public ClientAuthenticator(IdentityRegistry registry, PasswordCheck passwords, IdentityRefusals refusals, GatewayOptions options, TimeProvider timeProvider)
    {
        _registry = registry;
        _passwords = passwords;
        _refusals = refusals;
        _options = options.Listeners;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public event Action<IReadOnlySet<string>> Withdrawn
    {
        add => _registry.Withdrawn += value;
        remove => _registry.Withdrawn -= value;
    }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(
        ConnectionContext connection, string clientId, byte[]? userName, byte[]? password, CancellationToken cancellationToken)
    {
        var tls = connection.Features.Get<IDeviceCertificateFeature>();
        // AWS: with a certificate the user name carries what the SDK tells of itself, and is no identity.
        if (tls?.Certificate is { } certificate)
            return Recheck(connection, certificate);
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        bool isOwnMachine = address is not null && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
        // Absent is not empty (CVE-2026-32696): a user name, however short, has to be right.
        bool isUser = password is not null || (userName is not null && (userName.Length == 0 || userName[0] != SdkMarker));
        if (isUser)
        {
            return tls is not null || isOwnMachine
                ? await CheckPasswordAsync(connection, address, userName, password, cancellationToken).ConfigureAwait(false)
                : Refuse(connection, AuthenticationRefusal.NotAuthorized, IdentityRefusal.PasswordInTheClear, "it sent a password without TLS");
        }

        return tls is null && isOwnMachine && _options.AllowAnonymous
            ? AuthenticationOutcome.Of(ClientIdentity.Anonymous)
            : Refuse(connection, AuthenticationRefusal.NotAuthorized, IdentityRefusal.AnonymousNotAllowed, "it says neither by a certificate nor by a user name who it is");
    }

    /// <inheritdoc/>
    public bool Stands(ClientIdentity identity) => identity.Kind switch
    {
        IdentityKind.Certificate => _registry.Find(identity.Principal) is { } row
            && CertificateCheck.RefusalOf(row, _timeProvider.GetUtcNow()) is null && IsSame(Of(row), identity),
        IdentityKind.Password => _registry.FindUser(identity.Principal) is { } user && IsSame(Of(user), identity),
        _ => true,
    };

    // It may have been revoked since the handshake.
    private AuthenticationOutcome Recheck(ConnectionContext connection, CertificateRow certificate)
    {
        try
        {
            if (_registry.Find(certificate.CertificateId) is not { } row)
                return Refuse(connection, AuthenticationRefusal.NotAuthorized, IdentityRefusal.UnknownCertificate, CertificateCheck.Describe(IdentityRefusal.UnknownCertificate, certificate.CertificateId));
            return CertificateCheck.RefusalOf(row, _timeProvider.GetUtcNow()) is { } refusal
                ? Refuse(connection, AuthenticationRefusal.NotAuthorized, refusal, CertificateCheck.Describe(refusal, row.CertificateId))
                : AuthenticationOutcome.Of(Of(row));
        }
        catch (StoreException error)
        {
            return Refuse(connection, AuthenticationRefusal.Unavailable, IdentityRefusal.RegistryUnavailable, error.Message);
        }
    }

    private async ValueTask<AuthenticationOutcome> CheckPasswordAsync(
        ConnectionContext connection, IPAddress? address, byte[]? userName, byte[]? password, CancellationToken cancellationToken)
    {
        (ClientUserRow? user, AuthenticationRefusal refusal) =
            await _passwords.CheckAsync(userName ?? [], password ?? [], address, cancellationToken).ConfigureAwait(false);
        string name = Printable.Name(userName);
        return refusal switch
        {
            AuthenticationRefusal.None => AuthenticationOutcome.Of(Of(user!)),
            AuthenticationRefusal.Throttled => Refuse(connection, refusal, IdentityRefusal.PasswordThrottled, $"too many wrong passwords of user {name} or its address, or too many that wait to be checked"),
            AuthenticationRefusal.Unavailable => Refuse(connection, refusal, IdentityRefusal.RegistryUnavailable, $"user {name} cannot be looked up now"),
            _ => Refuse(connection, refusal, IdentityRefusal.WrongPassword, $"wrong user name or password: {name}"),
        };
    }

    private AuthenticationOutcome Refuse(ConnectionContext connection, AuthenticationRefusal refusal, IdentityRefusal counted, string reason)
    {
        _refusals.Add(counted, connection.RemoteEndPoint, reason);
        return AuthenticationOutcome.Refused(refusal, reason);
    }

    private static ClientIdentity Of(CertificateRow row) =>
        new(IdentityKind.Certificate, row.ThingName, row.CertificateId, row.PolicyNames) { ExpiresAt = row.NotAfter };

    private static ClientIdentity Of(ClientUserRow user) =>
        new(IdentityKind.Password, user.ThingName, user.UserName, user.PolicyNames) { Salt = user.Salt };

    // A password that was right, and was changed or given to a new user of the name before its session was there to be told, shows
    // by its salt.
    private static bool IsSame(ClientIdentity left, ClientIdentity right) =>
        left.ThingName == right.ThingName
        && left.PolicyNames.AsSpan().SequenceEqual(right.PolicyNames.AsSpan())
        && left.Salt.AsSpan().SequenceEqual(right.Salt);
}
