using System;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Tests.Identity;

/// <summary>A gateway with a TLS port, and the identities as a command beside it sees them.</summary>
internal sealed class SecureGateway : IAsyncDisposable
{
    private SecureGateway(TestGateway gateway)
    {
        Gateway = gateway;
        Identities = new StoreLocation(gateway.Directory, null).OpenIdentities();
    }

    public TestGateway Gateway { get; }

    public IIdentityStore Identities { get; }

    public int Port => Gateway.Host.MqttsPort;

    public T Get<T>()
        where T : notnull => Gateway.Host.Services.GetRequiredService<T>();

    public static async Task<SecureGateway> StartAsync(Func<ListenerOptions, ListenerOptions>? configure = null, string? directory = null, TimeProvider? clock = null) =>
        new(await TestGateway.StartAsync(
            options => options with
            {
                ProfileFiles = [],
                Listeners = (configure ?? (listeners => listeners))(new ListenerOptions { MqttsPort = 0 }),
            },
            clock,
            directory: directory));

    /// <summary>Registers a certificate.</summary>
    public void Register(X509Certificate2 certificate, string? thingName = "pump-17", CertificateStatus status = CertificateStatus.Active) =>
        Assert.True(Identities.TryRegister(new CertificateRow(
            Fingerprint.Of(certificate), status, thingName, [], certificate.NotBefore, certificate.NotAfter, TimeProvider.System.GetUtcNow(), CertificateOrigin.Imported)));

    /// <summary>Waits until a reason was counted so often.</summary>
    public Task RefusedAsync(IdentityRefusal refusal, long count = 1) =>
        Eventually.TrueAsync(() => Get<IIdentityRefusals>().Count(refusal) >= count, $"{refusal} is counted {count} times");

    public async ValueTask DisposeAsync()
    {
        Identities.Dispose();
        await Gateway.DisposeAsync();
    }
}
