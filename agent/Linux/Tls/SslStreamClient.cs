using System;
using System.IO;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace Defender.Agent.Linux.Tls;

/// <summary>.NET's SslStream.</summary>
internal sealed class SslStreamClient(TimeProvider timeProvider) : ITlsClient
{
    // RFC 5280, section 4.2.1.12: id-kp-serverAuth.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    public string Name => "SslStream";

    public async Task<TlsStream> ConnectAsync(Stream inner, TlsTarget target, CancellationToken cancellationToken)
    {
        TlsRefusal? refusal = null;
        string words = "";
        using ClientCertificate? own = ClientCertificate.Read(target.Options);
        X509Certificate2Collection roots = ReadRoots(target.Options);
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = target.ServerName,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            ClientCertificateContext = own?.Context,
            CertificateChainPolicy = PolicyFor(target.Options, roots),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (errors == SslPolicyErrors.None)
                    return true;
                refusal = Judge((X509Certificate2?)certificate, chain, errors, out words);
                return false;
            },
        };
        if (target.Alpn is { } protocol)
            options.ApplicationProtocols = [new SslApplicationProtocol(protocol)];

        SslStream stream = new(inner, leaveInnerStreamOpen: true);
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return new SecureSslStream(stream, inner, target);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException)
        {
            await stream.DisposeAsync();
            throw refusal is { } known ? target.Refuse(known, words) : SecureSslStream.TranslateHandshake(failure, target);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
        finally
        {
            foreach (X509Certificate2 root in roots)
                root.Dispose();
        }
    }

    private TlsRefusal Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, out string words)
    {
        X509ChainStatus[] statuses = chain?.ChainStatus ?? [];
        X509ChainStatusFlags found = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in statuses)
            found |= status.Status;
        words = string.Join(", ", Array.ConvertAll(statuses, status => status.StatusInformation.TrimEnd('.')));

        // The order is OpenSSL's: whom it is from, what it is for, whose it is, when.
        if ((found & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return chain?.ChainElements.Count == 1 && IsSelfSigned(certificate) ? TlsRefusal.SelfSigned : TlsRefusal.UnknownAuthority;
        if ((found & X509ChainStatusFlags.NotValidForUsage) != 0)
            return TlsRefusal.WrongUsage;
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
            return TlsRefusal.WrongHost;
        if ((found & X509ChainStatusFlags.NotTimeValid) == 0)
            return TlsRefusal.BadCertificate;
        foreach (X509ChainElement element in chain!.ChainElements)
        {
            if (element.Certificate.NotBefore > timeProvider.GetLocalNow())
                return TlsRefusal.NotYetValid;
        }

        return TlsRefusal.Expired;
    }

    private static bool IsSelfSigned(X509Certificate2? certificate) =>
        certificate is not null && certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static X509ChainPolicy PolicyFor(TlsOptions options, X509Certificate2Collection roots)
    {
        X509ChainPolicy policy = new()
        {
            // As OpenSSL: no look-ups of revocation lists and missing certificates on the way to a connection.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(ServerAuthentication);
        if (options.RootCaFile is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        return policy;
    }

    private static X509Certificate2Collection ReadRoots(TlsOptions options)
    {
        X509Certificate2Collection roots = [];
        if (options.RootCaFile is not { } file)
            return roots;

        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is CryptographicException or UnauthorizedAccessException or IOException)
        {
            throw TlsFiles.Unusable("root CA file", file, failure.Message);
        }

        return roots.Count > 0 ? roots : throw TlsFiles.Unusable("root CA file", file, "it holds no certificate in PEM form");
    }
}
