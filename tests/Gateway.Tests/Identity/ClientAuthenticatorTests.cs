using System;
using System.IO;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Sqlite;
using Defender.Tests;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>Which identity a CONNECT has, over which kind of connection.</summary>
public sealed class ClientAuthenticatorTests : IDisposable
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.1");
    private static readonly string Id = new('a', 64);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-who-").FullName;
    private readonly ManualTime _clock = new();
    private readonly SqliteStore _store;
    private readonly IdentityStore _identities;
    private readonly IdentityRegistry _registry;
    private readonly PasswordCheck _passwords;
    private readonly IdentityRefusals _refusals;

    public ClientAuthenticatorTests()
    {
        _store = SqliteStore.Open(_directory);
        _identities = new IdentityStore(SqliteIdentities.Open(_directory));
        var budget = new LogBudget(_clock);
        _registry = new IdentityRegistry(_identities, NullLogger<IdentityRegistry>.Instance, budget);
        _passwords = new PasswordCheck(_registry, _clock);
        _refusals = new IdentityRefusals(NullLogger<IdentityRefusals>.Instance, budget);
        _identities.TryRegister(Row);
        _identities.PutUser(PasswordHash.CreateUser("pump", "right"u8, 1000, "pump-18", ["p"], _clock.GetUtcNow()));
    }

    private CertificateRow Row => new(
        Id, CertificateStatus.Active, "pump-17", ["a", "b"], _clock.GetUtcNow().AddDays(-1), _clock.GetUtcNow().AddDays(1), _clock.GetUtcNow(), CertificateOrigin.Enrolled);

    public void Dispose()
    {
        _passwords.Dispose();
        _registry.Dispose();
        _identities.Dispose();
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("?SDK=Python&Version=1.4", null)]
    [InlineData("pump", "wrong")]
    [InlineData("", "")]
    public async Task A_certificate_is_the_identity_whatever_user_name_comes_with_it(string? user, string? password)
    {
        AuthenticationOutcome outcome = await AskAsync(Connection(Elsewhere, new Tls(Row)), user, password);

        ClientIdentity identity = outcome.Identity!;
        Assert.Equal((IdentityKind.Certificate, "pump-17", Id), (identity.Kind, identity.ThingName, identity.Principal));
        Assert.Equal(["a", "b"], identity.PolicyNames.AsSpan().ToArray());
    }

    [Fact]
    public async Task A_certificate_revoked_after_the_handshake_is_refused()
    {
        DefaultConnectionContext connection = Connection(Elsewhere, new Tls(Row));
        ClientIdentity identity = (await AskAsync(connection)).Identity!;
        Assert.True(Create().Stands(identity));
        _identities.ChangeStatus(Id, CertificateStatus.Revoked);
        _registry.Poll();

        Assert.Equal(AuthenticationRefusal.NotAuthorized, (await AskAsync(connection)).Refusal);
        Assert.False(Create().Stands(identity));
        Assert.Equal(1, _refusals.Count(IdentityRefusal.RevokedCertificate));
    }

    [Fact]
    public async Task A_user_is_the_identity_over_TLS_and_on_this_machine()
    {
        foreach (DefaultConnectionContext connection in new[] { Connection(Elsewhere, new Tls(null)), Connection(IPAddress.Loopback), Connection(IPAddress.IPv6Loopback), Connection(IPAddress.Loopback.MapToIPv6()) })
        {
            ClientIdentity identity = (await AskAsync(connection, "pump", "right")).Identity!;
            Assert.Equal((IdentityKind.Password, "pump-18", "pump"), (identity.Kind, identity.ThingName, identity.Principal));
            Assert.Equal(["p"], identity.PolicyNames.AsSpan().ToArray());
            Assert.True(Create().Stands(identity));
            Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, (await AskAsync(connection, "pump", "wrong")).Refusal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_password_that_is_changed_while_its_session_opens_does_not_stand(bool isRemovedFirst)
    {
        ClientIdentity identity = (await AskAsync(Connection(IPAddress.Loopback), "pump", "right")).Identity!;
        Assert.True(Create().Stands(identity));

        if (isRemovedFirst)
            _identities.RemoveUser("pump");
        _identities.PutUser(PasswordHash.CreateUser("pump", "other"u8, 1000, "pump-18", ["p"], _clock.GetUtcNow()));

        // Nothing has looked for changes yet; what would be told was told before the session was there.
        Assert.False(Create().Stands(identity));
        // The old password was remembered as right: what it lets in does not stand either.
        Assert.False(Create().Stands((await AskAsync(Connection(IPAddress.Loopback), "pump", "right")).Identity!));
        Assert.True(Create().Stands((await AskAsync(Connection(IPAddress.Loopback), "pump", "other")).Identity!));
    }

    [Fact]
    public async Task A_password_in_the_clear_is_refused_unread()
    {
        AuthenticationOutcome outcome = await AskAsync(Connection(Elsewhere), "pump", "right");

        Assert.Equal((null, AuthenticationRefusal.NotAuthorized), (outcome.Identity, outcome.Refusal));
        Assert.Equal(1, _refusals.Count(IdentityRefusal.PasswordInTheClear));
    }

    [Theory]
    [InlineData("127.0.0.1", false, true, true)]
    [InlineData("127.8.8.8", false, true, true)]
    [InlineData("::1", false, true, true)]
    [InlineData("::ffff:127.0.0.1", false, true, true)]
    [InlineData("127.0.0.1", false, false, false)]
    [InlineData("127.0.0.1", true, true, false)]
    [InlineData("192.0.2.1", false, true, false)]
    [InlineData("192.0.2.1", true, true, false)]
    [InlineData(null, false, true, false)]
    public async Task Nobody_is_let_in_on_this_machine_only(string? address, bool isTls, bool isAllowed, bool isLetIn)
    {
        DefaultConnectionContext connection = Connection(address is null ? null : IPAddress.Parse(address), isTls ? new Tls(null) : null);

        AuthenticationOutcome outcome = await AskAsync(connection, allowAnonymous: isAllowed);
        AuthenticationOutcome sdk = await AskAsync(connection, "?SDK=Python", allowAnonymous: isAllowed);

        Assert.Equal(isLetIn ? ClientIdentity.Anonymous : null, outcome.Identity);
        Assert.Equal(outcome.Identity, sdk.Identity);
        Assert.Equal(isLetIn ? AuthenticationRefusal.None : AuthenticationRefusal.NotAuthorized, outcome.Refusal);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("", "")]
    [InlineData(null, "")]
    [InlineData("pump", null)]
    [InlineData("pump", "")]
    public async Task Empty_is_not_absent_CVE_2026_32696(string? user, string? password)
    {
        AuthenticationOutcome outcome = await AskAsync(Connection(IPAddress.Loopback), user, password);

        Assert.Equal(AuthenticationRefusal.BadUserNameOrPassword, outcome.Refusal);
    }

    [Theory]
    [InlineData("anonymous", false)]
    [InlineData("", false)]
    [InlineData("a\nb", false)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("Anonymous", true)]
    [InlineData("pompe à chaleur", true)]
    public void No_user_can_be_named_like_another_principal(string name, bool isValid) => Assert.Equal(isValid, UserNames.IsValid(name));

    private ClientAuthenticator Create(bool allowAnonymous = true) => new(
        _registry, _passwords, _refusals, new GatewayOptions { DataDirectory = _directory, Listeners = new ListenerOptions { AllowAnonymous = allowAnonymous } }, _clock);

    private ValueTask<AuthenticationOutcome> AskAsync(ConnectionContext connection, string? user = null, string? password = null, bool allowAnonymous = true) =>
        Create(allowAnonymous).AuthenticateAsync(connection, "client", Bytes(user), Bytes(password), CancellationToken.None);

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static DefaultConnectionContext Connection(IPAddress? address, Tls? tls = null)
    {
        var connection = new DefaultConnectionContext { RemoteEndPoint = address is null ? null : new IPEndPoint(address, 1) };
        if (tls is not null)
            connection.Features.Set<IDeviceCertificateFeature>(tls);
        return connection;
    }

    private sealed record Tls(CertificateRow? Certificate) : IDeviceCertificateFeature;
}
