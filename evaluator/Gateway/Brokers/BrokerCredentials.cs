using System;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Brokers;

/// <summary>What the gateway shows an external broker, and how it knows the broker. Read for each connection: renewed files count then.</summary>
internal sealed class BrokerCredentials : IDisposable
{
    private const int MaxPasswordBytes = ushort.MaxValue;

    // AWS IoT Core: MQTT with a client certificate on port 443.
    private static readonly SslApplicationProtocol AwsMqtt = new("x-amzn-mqtt-ca");

    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _chain = [];
    private readonly BrokerAddress _address;
    private X509Certificate2? _certificate;

    private BrokerCredentials(BrokerAddress address) => _address = address;

    /// <summary>Empty without one.</summary>
    public ReadOnlyMemory<byte> Password { get; private set; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="StartupException">One cannot be read or does not hold what it should.</exception>
    public static BrokerCredentials Load(BrokerOptions options)
    {
        if (options.CertificateFile is null != options.KeyFile is null)
            throw new StartupException("--broker-cert and --broker-key belong together");
        if (!options.Address.UsesTls && (options.CaFile ?? options.CertificateFile) is not null)
            throw new StartupException("--broker-ca, --broker-cert and --broker-key need TLS: --broker mqtts://HOST");
        if (options is { UserName: null, PasswordFile: not null })
            throw new StartupException("--broker-password-file needs --broker-user");
        var credentials = new BrokerCredentials(options.Address);
        try
        {
            credentials.Read(options);
            return credentials;
        }
        catch
        {
            credentials.Dispose();
            throw;
        }
    }

    /// <summary>Completes the options of a handshake.</summary>
    public void Configure(SslClientAuthenticationOptions tls)
    {
        if (_address.Port == BrokerAddress.AlpnPort)
            tls.ApplicationProtocols = [AwsMqtt];
        if (_certificate is not null)
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, _chain, offline: true);
        if (_authorities.Count == 0)
            return;
        tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        tls.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
    }

    public void Dispose()
    {
        _certificate?.Dispose();
        foreach (X509Certificate2 certificate in _authorities.Concat(_chain))
            certificate.Dispose();
    }

    private void Read(BrokerOptions options)
    {
        if (options.CaFile is { } authorities)
            Try("--broker-ca", authorities, () => _authorities.ImportFromPemFile(authorities));
        if (options.CaFile is not null && _authorities.Count == 0)
            throw new StartupException($"--broker-ca: {options.CaFile} holds no certificate");
        if (options.CertificateFile is { } certificate)
        {
            Try("--broker-cert or --broker-key", certificate, () =>
            {
                _certificate = X509Certificate2.CreateFromPemFile(certificate, options.KeyFile);
                _chain.ImportFromPemFile(certificate);
            });
        }

        if (options.PasswordFile is { } password)
            Password = ReadPassword(password);
    }

    private static byte[] ReadPassword(string file)
    {
        if (!InputFile.TryRead(file, MaxPasswordBytes, out byte[]? content, out string? reason))
            throw new StartupException($"--broker-password-file: cannot read {file}: {reason}");
        byte[] password = content.AsSpan().TrimEnd("\r\n\t "u8).ToArray();
        return password.Length is > 0 and <= MaxPasswordBytes ? password : throw new StartupException($"--broker-password-file: {file} should hold 1 to {MaxPasswordBytes} bytes");
    }

    private static void Try(string option, string file, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartupException($"{option}: cannot use {file}: {error.Message}");
        }
    }
}
