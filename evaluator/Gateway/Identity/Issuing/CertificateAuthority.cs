using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Access;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Identity.Issuing;

/// <summary>
/// The gateway's own CA and server certificate, in files of the data directory that a running gateway and the command line
/// share. They are made where they are missing; what is damaged is never made anew in silence, as devices trust it.
/// </summary>
/// <param name="dataDirectory">The data directory; must exist.</param>
/// <param name="timeProvider">For dates, and to wait for another process.</param>
internal sealed class CertificateAuthority(string dataDirectory, TimeProvider timeProvider)
{
    /// <summary>The directory below the data directory.</summary>
    public const string DirectoryName = "identity";

    /// <summary>Of the CA: devices in the field keep it for their life.</summary>
    public static readonly TimeSpan CaValidity = TimeSpan.FromDays(3653);

    /// <summary>Of the server certificate: what public CAs may give at most.</summary>
    public static readonly TimeSpan ServerValidity = TimeSpan.FromDays(397);

    /// <summary>A server certificate with less than this left is replaced.</summary>
    public static readonly TimeSpan RenewalMargin = TimeSpan.FromDays(30);

    private const int MaxFileBytes = 64 * 1024;

    private string Folder => Path.Combine(dataDirectory, DirectoryName);

    /// <summary>The certificate of the CA, PEM.</summary>
    public string CaFile => Path.Combine(Folder, "ca.crt");

    /// <summary>The server certificate, PEM.</summary>
    public string ServerFile => Path.Combine(Folder, "server.crt");

    /// <summary>The key of the server certificate, PEM.</summary>
    public string ServerKeyFile => Path.Combine(Folder, "server.key");

    private string CaKeyFile => Path.Combine(Folder, "ca.key");

    /// <summary>The CA with its key, made where there is none.</summary>
    /// <exception cref="StartupException">Its files cannot be read or written, or it is past its time.</exception>
    public async Task<X509Certificate2> OpenAsync(CancellationToken cancellationToken)
    {
        using FileStream held = await LockAsync(cancellationToken).ConfigureAwait(false);
        return ReadOrCreateCa();
    }

    /// <summary>Makes the server certificate where it is missing, lacks a name, is of another CA or ends soon.</summary>
    /// <param name="names">Host names and addresses that clients know the gateway by.</param>
    /// <param name="cancellationToken">Ends the wait for another process.</param>
    /// <returns>Whether there is a new one.</returns>
    /// <exception cref="StartupException">The files cannot be read or written.</exception>
    public async Task<bool> EnsureServerAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        using FileStream held = await LockAsync(cancellationToken).ConfigureAwait(false);
        using X509Certificate2 ca = ReadOrCreateCa();
        if (IsServerCurrent(ca, names))
            return false;
        using X509Certificate2 server = CertificateProfile.CreateServer(ca, names, timeProvider.GetUtcNow(), ServerValidity);
        // The key first: with the certificate comes the moment from which on the pair is looked at.
        PrivateFile.Replace(ServerKeyFile, KeyOf(server));
        PrivateFile.Replace(ServerFile, Encoding.ASCII.GetBytes(server.ExportCertificatePem() + "\n"));
        return true;
    }

    /// <summary>The private key of a certificate, PKCS #8 in PEM.</summary>
    public static byte[] KeyOf(X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private bool IsServerCurrent(X509Certificate2 ca, IReadOnlyCollection<string> names)
    {
        try
        {
            byte[]? certificate = PrivateFile.Read(ServerFile, MaxFileBytes), key = PrivateFile.Read(ServerKeyFile, MaxFileBytes);
            if (certificate is null || key is null)
                return false;
            using X509Certificate2 server = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
            X509SubjectAlternativeNameExtension? alternatives = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().SingleOrDefault();
            var present = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            if (alternatives is not null)
                present.UnionWith([.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())]);
            return server.IssuerName.RawData.AsSpan().SequenceEqual(ca.SubjectName.RawData)
                && names.All(name => present.Contains(IPAddress.TryParse(name, out IPAddress? address) ? address.ToString() : name))
                // None outlives its CA.
                && (server.NotAfter >= ca.NotAfter || new DateTimeOffset(server.NotAfter) - timeProvider.GetUtcNow() >= RenewalMargin);
        }
        // Nobody but this gateway's own listeners needs it: a new one is as good.
        catch (CryptographicException)
        {
            return false;
        }
    }

    private X509Certificate2 ReadOrCreateCa()
    {
        byte[]? certificate = PrivateFile.Read(CaFile, MaxFileBytes), key = PrivateFile.Read(CaKeyFile, MaxFileBytes);
        if (certificate is null && key is null)
            return CreateCa();
        if (certificate is null || key is null)
            throw new StartupException($"{(key is null ? CaKeyFile : CaFile)} is missing: restore it, or move {Folder} away to start with a new CA, which every device must be given");
        try
        {
            var ca = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificate), Encoding.ASCII.GetString(key));
            return new DateTimeOffset(ca.NotAfter) > timeProvider.GetUtcNow()
                ? ca
                : throw new StartupException($"the CA in {CaFile} has ended: move {Folder} away to start with a new one, which every device must be given");
        }
        catch (CryptographicException error)
        {
            throw new StartupException($"{CaFile} or {CaKeyFile} is damaged: {error.Message}; restore them, or move {Folder} away to start with a new CA, which every device must be given");
        }
    }

    private X509Certificate2 CreateCa()
    {
        X509Certificate2 ca = CertificateProfile.CreateCa(timeProvider.GetUtcNow(), CaValidity);
        PrivateFile.Replace(CaKeyFile, KeyOf(ca));
        PrivateFile.Replace(CaFile, Encoding.ASCII.GetBytes(ca.ExportCertificatePem() + "\n"));
        return ca;
    }

    private Task<FileStream> LockAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Folder);
            else
                Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot make {Folder}: {error.Message}");
        }

        return LockFile.TakeAsync(Path.Combine(Folder, "lock"), "the CA", timeProvider, cancellationToken);
    }
}
