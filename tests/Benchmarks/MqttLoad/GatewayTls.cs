using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using Defender.Gateway.Cli.Identities;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage.Identities;

namespace Defender.Benchmarks.MqttLoad;

/// <summary>What the gateway needs to serve the clients of mutual TLS, which share one certificate: it is registered, with a policy for any client identifier.</summary>
internal static class GatewayTls
{
    private const string Policy = "load";

    /// <summary>Registers the certificate, before the gateway starts; gives the gateway's arguments.</summary>
    /// <param name="settings">Which files.</param>
    /// <param name="directory">Of this server.</param>
    /// <param name="data">The gateway's data directory.</param>
    /// <param name="port">Where TLS is to be spoken.</param>
    public static IReadOnlyList<string> Prepare(LoadSettings settings, string directory, string data, int port)
    {
        if (settings.Tls is not { } client)
            return [];
        string policies = Path.Combine(directory, "policies.json");
        File.WriteAllText(policies, $$"""
            {"{{Policy}}": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]} }
            """);
        Directory.CreateDirectory(data);
        using X509Certificate2 certificate = X509Certificate2.CreateFromPem(File.ReadAllText(client.Certificate));
        using IIdentityStore identities = IdentityAccess.OpenOrCreate(new Defender.Gateway.Storage.StoreLocation(data, null));
        identities.TryRegister(new CertificateRow(
            Fingerprint.Of(certificate), CertificateStatus.Active, null, [Policy], certificate.NotBefore, certificate.NotAfter, TimeProvider.System.GetUtcNow(), CertificateOrigin.Imported));
        return
        [
            "--mqtts", $"{port}", "--tls-cert", settings.ServerTls.Certificate, "--tls-key", settings.ServerTls.Key, "--policies", policies,
        ];
    }
}
