using System;
using System.ComponentModel;
using System.IO;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Sockets;
using Defender.Gateway.Storage.Identities;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// TLS in front of a connection's handling: TLS 1.2 and 1.3, a registered certificate of the client, no chain built for it. A
/// connection that is refused ends here, is counted, and throws nothing.
/// </summary>
/// <param name="server">What the gateway shows.</param>
/// <param name="check">Who may connect.</param>
/// <param name="turns">How many handshakes run at once.</param>
/// <param name="refusals">Takes what is refused.</param>
/// <param name="timeProvider">For the limits of time.</param>
/// <param name="logger">Takes our own trouble.</param>
/// <param name="budget">Of the log.</param>
internal sealed class TlsListener(
    ServerCertificate server, CertificateCheck check, HandshakeTurns turns, IdentityRefusals refusals, TimeProvider timeProvider, ILogger<TlsListener> logger, LogBudget budget)
{
    /// <summary>Own: for the client's first bytes, for the turn, and for the handshake itself, each.</summary>
    public static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // With an empty store of roots and everything forgiven the chain that SslStream builds of the client's certificate in any
    // case is that certificate alone: 10 us instead of 400. Whether it may connect is the registry's to say.
    private static readonly X509ChainPolicy NoChain = new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    /// <summary>The connection's handling with TLS in front of it.</summary>
    /// <param name="next">The handling.</param>
    /// <param name="protocols">What ALPN may agree on; clients that offer nothing are served too.</param>
    /// <param name="isCertificateRequired">Whether a client without a certificate is refused here.</param>
    public ConnectionDelegate Wrap(ConnectionDelegate next, SslApplicationProtocol[] protocols, bool isCertificateRequired) => async connection =>
    {
        try
        {
            await ServeAsync(connection, next, protocols, isCertificateRequired).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One client's trouble is never another's.
            if (budget.TryTake(LogSubject.Failure, out string leftOut))
                logger.ConnectionFailed(error, $"{connection.RemoteEndPoint}", leftOut);
        }
    };

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, SslApplicationProtocol[] protocols, bool isCertificateRequired)
    {
        IDuplexPipe transport = connection.Transport;
        await using var tls = new SslStream(new DuplexPipeStream(transport), leaveInnerStreamOpen: false);
        if (await ShakeHandsAsync(connection, tls, protocols, isCertificateRequired).ConfigureAwait(false) is not { } client)
            return;
        connection.Features.Set<IDeviceCertificateFeature>(client);
        var pipe = new TlsDuplexPipe(tls, transport);
        connection.Transport = pipe;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            await pipe.Input.CompleteAsync().ConfigureAwait(false);
            pipe.Output.Complete(new ConnectionAbortedException());
            connection.Transport = transport;
        }
    }

    private async Task<DeviceCertificate?> ShakeHandsAsync(ConnectionContext connection, SslStream tls, SslApplicationProtocol[] protocols, bool isCertificateRequired)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var handshake = new Handshake(check, isCertificateRequired);
        CancellationToken stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        bool hasTurn = false;
        try
        {
            // Nothing is spent on a client that says nothing. Whoever only looks whether the port is open is no refusal.
            if (!await WithinAsync(token => HasFirstBytesAsync(connection.Transport.Input, token), stopping).ConfigureAwait(false))
                return null;
            hasTurn = await WithinAsync(token => turns.TryEnterAsync(address, token), stopping).ConfigureAwait(false);
            if (!hasTurn)
                return Refuse(connection, IdentityRefusal.TooManyHandshakes, "too many TLS handshakes wait");
            await WithinAsync(
                async token =>
                {
                    await tls.AuthenticateAsServerAsync(OptionsFor(handshake, protocols), token).ConfigureAwait(false);
                    return true;
                },
                stopping).ConfigureAwait(false);
            TlsBuffers.TryRelease(tls);
            // From here on it is packets: little work each.
            if (connection is SocketConnection socket)
                socket.ContinuesElsewhere = false;
            return new DeviceCertificate(handshake.Certificate);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return Refuse(connection, IdentityRefusal.HandshakeTimeout, "its TLS handshake took too long");
        }
        catch (Exception error) when (error is AuthenticationException or IOException or InvalidOperationException or NotSupportedException or Win32Exception)
        {
            return handshake.Refusal is { } refusal
                ? Refuse(connection, refusal, handshake.Detail)
                : Refuse(connection, IdentityRefusal.HandshakeFailed, $"no TLS connection came about: {Printable.Shorten((error.InnerException ?? error).Message)}");
        }
        finally
        {
            if (hasTurn)
                turns.Leave(address);
        }
    }

    private async ValueTask<bool> WithinAsync(Func<CancellationToken, ValueTask<bool>> step, CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(HandshakeTimeout, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, patience.Token);
        return await step(end.Token).ConfigureAwait(false);
    }

    private static async ValueTask<bool> HasFirstBytesAsync(PipeReader input, CancellationToken cancellationToken)
    {
        ReadResult first = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        input.AdvanceTo(first.Buffer.Start);
        return !first.Buffer.IsEmpty;
    }

    private SslServerAuthenticationOptions OptionsFor(Handshake handshake, SslApplicationProtocol[] protocols) => new()
    {
        ServerCertificateContext = server.Context,
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = handshake.Validate,
        CertificateChainPolicy = NoChain,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        // Else OpenSSL's context, some ten kilobytes, is made for each connection and lives as long. A session
        // that is resumed shows its certificate again, and is checked as any other: it outlives no revocation.
        AllowTlsResume = true,
        ApplicationProtocols = [.. protocols],
    };

    private DeviceCertificate? Refuse(ConnectionContext connection, IdentityRefusal refusal, string detail)
    {
        refusals.Add(refusal, connection.RemoteEndPoint, detail);
        return null;
    }

    private sealed record DeviceCertificate(CertificateRow? Certificate) : IDeviceCertificateFeature;

    private sealed class Handshake(CertificateCheck check, bool isCertificateRequired)
    {
        public CertificateRow? Certificate { get; private set; }

        public IdentityRefusal? Refusal { get; private set; }

        public string Detail { get; private set; } = "";

        public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
        {
            if (certificate is not X509Certificate2 shown)
            {
                if (isCertificateRequired)
                    (Refusal, Detail) = (IdentityRefusal.NoCertificate, "it showed no certificate");
            }
            else
            {
                (Certificate, Refusal) = check.Check(shown);
                if (Refusal is { } refusal)
                    Detail = CertificateCheck.Describe(refusal, Fingerprint.Of(shown));
            }

            return Refusal is null;
        }
    }
}
