using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Identity;

/// <summary>Certificates that register themselves, and those that must not.</summary>
public sealed class JustInTimeRegistrationTests
{
    [Fact]
    public async Task A_certificate_of_a_registered_CA_is_active_and_attached_from_its_first_connection()
    {
        await using SecureGateway gateway = await StartAsync();
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 device = Pki.Leaf("O=Factory, CN=pump-17", ca, usage: "1.3.6.1.5.5.7.3.2");
        await RegisterAsync(gateway, ca);

        Assert.True(await TlsPeer.IsLetInAsync(gateway.Port, device));

        CertificateRow row = gateway.Identities.FindCertificate(Fingerprint.Of(device))!;
        Assert.Equal((CertificateStatus.Active, "pump-17", CertificateOrigin.Jitr, Fingerprint.Of(ca)), (row.Status, row.ThingName, row.Origin, row.CaCertificateId));
        Assert.Empty(row.PolicyNames);
        Assert.True(await TlsPeer.IsLetInAsync(gateway.Port, device));
        Assert.Single(gateway.Identities.ListCertificates(null, null, 10));

        gateway.Identities.ChangeStatus(row.CertificateId, CertificateStatus.Revoked);
        await Eventually.TrueAsync(() => gateway.Get<IdentityRegistry>().Find(row.CertificateId)!.Status == CertificateStatus.Revoked, "the gateway knows");
        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));
    }

    [Fact]
    public async Task A_certificate_without_a_usable_name_is_attached_to_no_thing()
    {
        await using SecureGateway gateway = await StartAsync();
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 nameless = Pki.Leaf("O=Factory", ca);
        using X509Certificate2 twoNames = Pki.Leaf("CN=pump-17, CN=pump-18", ca);
        using X509Certificate2 tooLong = Pki.Leaf("CN=" + new string('x', 129), ca);
        await RegisterAsync(gateway, ca);

        foreach (X509Certificate2 device in new[] { nameless, twoNames, tooLong })
        {
            // It is known from now on, and may do nothing until somebody attaches a thing or names policies.
            Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));
            Assert.Null(gateway.Identities.FindCertificate(Fingerprint.Of(device))!.ThingName);
        }
    }

    [Fact]
    public async Task What_no_registered_CA_vouches_for_is_refused_and_not_registered()
    {
        await using SecureGateway gateway = await StartAsync();
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 namesake = Pki.Ca();
        using X509Certificate2 old = Pki.Ca("an old CA", TimeSpan.FromDays(500));
        using X509Certificate2 off = Pki.Ca("a CA that is off");
        await RegisterAsync(gateway, ca);
        await RegisterAsync(gateway, old);
        await RegisterAsync(gateway, off, autoRegistration: false);
        using X509Certificate2 ofNamesake = Pki.Leaf("CN=pump-17", namesake);
        using X509Certificate2 ofOff = Pki.Leaf("CN=pump-17", off);
        using X509Certificate2 ofOld = Pki.Leaf("CN=pump-17", old, begins: TimeSpan.FromDays(-200), ends: TimeSpan.FromDays(-150));
        using X509Certificate2 expired = Pki.Leaf("CN=pump-17", ca, begins: TimeSpan.FromHours(-20), ends: TimeSpan.FromHours(-10));
        using X509Certificate2 server = Pki.Leaf("CN=pump-17", ca, usage: "1.3.6.1.5.5.7.3.1");
        using X509Certificate2 ofItself = Pki.Leaf("CN=pump-17");

        X509Certificate2[] strangers = [ofNamesake, ofOff, ofOld, expired, server, ofItself];
        foreach (X509Certificate2 stranger in strangers)
            Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, stranger), stranger.Issuer);

        await gateway.RefusedAsync(IdentityRefusal.UntrustedCertificate, strangers.Length);
        Assert.Empty(gateway.Identities.ListCertificates(null, null, 10));
    }

    [Fact]
    public async Task Without_the_switch_a_registered_CA_vouches_for_nobody()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync();
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 device = Pki.Leaf("CN=pump-17", ca);
        await RegisterAsync(gateway, ca);

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, device));

        await gateway.RefusedAsync(IdentityRefusal.UnknownCertificate);
        Assert.Empty(gateway.Identities.ListCertificates(null, null, 10));
    }

    [Fact]
    public async Task A_CA_that_is_removed_vouches_no_more_while_sessions_go_on()
    {
        await using SecureGateway gateway = await StartAsync();
        using X509Certificate2 ca = Pki.Ca();
        await RegisterAsync(gateway, ca);
        using X509Certificate2 early = Pki.Leaf("CN=pump-17", ca);
        using X509Certificate2 late = Pki.Leaf("CN=pump-18", ca);
        using TlsPeer session = await TlsPeer.OpenAsync(gateway.Port, early);
        Assert.Equal(0, await session.ConnectAsync("pump-17"));

        gateway.Identities.RemoveCa(Fingerprint.Of(ca));
        await Eventually.TrueAsync(() => gateway.Get<IdentityRegistry>().Cas.Count == 0, "the gateway knows");

        Assert.False(await TlsPeer.IsLetInAsync(gateway.Port, late));
        await session.PingAsync();
    }

    private static Task<SecureGateway> StartAsync() => SecureGateway.StartAsync(listeners => listeners with { JustInTimeRegistration = true });

    private static async Task RegisterAsync(SecureGateway gateway, X509Certificate2 ca, bool autoRegistration = true)
    {
        int before = gateway.Get<IdentityRegistry>().Cas.Count;
        gateway.Identities.PutCa(new RegisteredCaRow(Fingerprint.Of(ca), ca.RawData, autoRegistration, TimeProvider.System.GetUtcNow()));
        await Eventually.TrueAsync(() => gateway.Get<IdentityRegistry>().Cas.Count > before, "the gateway knows the CA");
    }
}
