using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using Defender.Gateway.Hosting;
using Defender.Gateway.Identity.Issuing;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Identity.Tls;

/// <summary>
/// The certificate that the gateway shows. Follows its files: a new pair counts for handshakes about a second later, sessions go
/// on. A pair that does not fit together or cannot be read leaves the one that was. Thread-safe.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(1);

    private const int MaxFileBytes = 256 * 1024;
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromHours(1);

    private readonly CertificateAuthority? _authority;
    private readonly IReadOnlyCollection<string> _names;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly Lock _gate = new();
    private byte[] _certificatePem = [];
    private byte[] _keyPem = [];
    private string? _reason;
    private long _renewalCheckedAt;
    private Repetition? _readings;
    private volatile SslStreamCertificateContext? _context;

    private ServerCertificate(string certificateFile, string keyFile, CertificateAuthority? authority, IReadOnlyCollection<string> names, TimeProvider timeProvider, ILogger logger)
    {
        _certificateFile = certificateFile;
        _keyFile = keyFile;
        _authority = authority;
        _names = names;
        _timeProvider = timeProvider;
        _logger = logger;
    }

    /// <summary>What new handshakes use.</summary>
    public SslStreamCertificateContext Context => _context!;

    /// <summary>Opens the operator's files.</summary>
    /// <exception cref="StartupException">They cannot be read or do not fit together.</exception>
    public static ServerCertificate Open(string certificateFile, string keyFile, TimeProvider timeProvider, ILogger logger) =>
        new ServerCertificate(certificateFile, keyFile, authority: null, [], timeProvider, logger).Begin();

    /// <summary>Opens the gateway's own certificate, which has been made, and renews it in time.</summary>
    /// <param name="authority">Makes it.</param>
    /// <param name="names">Host names and addresses that it is for.</param>
    /// <param name="timeProvider">When the files are looked at.</param>
    /// <param name="logger">Takes what cannot be read.</param>
    /// <exception cref="StartupException">It cannot be read.</exception>
    public static ServerCertificate OpenOwn(CertificateAuthority authority, IReadOnlyCollection<string> names, TimeProvider timeProvider, ILogger logger) =>
        new ServerCertificate(authority.ServerFile, authority.ServerKeyFile, authority, names, timeProvider, logger).Begin();

    public void Dispose() => _readings?.Dispose();

    /// <summary>Takes over the files where they changed.</summary>
    public void ReadAgain()
    {
        lock (_gate)
        {
            try
            {
                if (_authority is not null && _timeProvider.GetElapsedTime(_renewalCheckedAt) >= RenewalInterval)
                {
                    _renewalCheckedAt = _timeProvider.GetTimestamp();
                    _authority.EnsureServerAsync(_names, CancellationToken.None).GetAwaiter().GetResult();
                }

                Read();
                _reason = null;
            }
            catch (StartupException error)
            {
                // Once for each trouble, not once a second.
                if (error.Message != _reason)
                    _logger.ServerCertificateUnreadable(error.Message);
                _reason = error.Message;
            }
        }
    }

    private ServerCertificate Begin()
    {
        _renewalCheckedAt = _timeProvider.GetTimestamp();
        Read();
        _readings = new Repetition(RereadInterval, _timeProvider, ReadAgain);
        return this;
    }

    private void Read()
    {
        byte[] certificatePem = ReadFile(_certificateFile), keyPem = ReadFile(_keyFile);
        if (certificatePem.AsSpan().SequenceEqual(_certificatePem) && keyPem.AsSpan().SequenceEqual(_keyPem))
            return;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(Encoding.ASCII.GetString(certificatePem));
            var certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(certificatePem), Encoding.ASCII.GetString(keyPem));
            // Offline: nothing is looked up in the network for the chain, it is the one of the file.
            _context = SslStreamCertificateContext.Create(certificate, [.. chain.Skip(1)], offline: true);
            _certificatePem = certificatePem;
            _keyPem = keyPem;
            DateTimeOffset end = certificate.NotAfter;
            _logger.ServerCertificateInUse(Fingerprint.Of(certificate), end.ToUniversalTime());
            if (end - _timeProvider.GetUtcNow() < CertificateAuthority.RenewalMargin)
                _logger.ServerCertificateEnds(end.ToUniversalTime());
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new StartupException($"{_certificateFile} and {_keyFile} are no certificate with its key in PEM: {error.Message}");
        }
    }

    private static byte[] ReadFile(string path)
    {
        if (!InputFile.TryRead(path, MaxFileBytes, out byte[]? content, out string? reason))
            throw new StartupException($"cannot read {path}: {reason}");
        return content.Length is > 0 and <= MaxFileBytes ? content : throw new StartupException($"{path} has {content.Length} bytes: it is no PEM file");
    }
}
