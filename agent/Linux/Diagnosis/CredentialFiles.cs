using System;
using System.Collections.Generic;
using System.IO;
using Defender.Agent.Linux.CommandLine;
using Defender.Agent.Linux.Configuration;
using Defender.Agent.Linux.Files;
using Defender.Agent.Linux.Service;

namespace Defender.Agent.Linux.Diagnosis;

/// <summary>Looks at the certificate, the key and the authorities that a configuration names.</summary>
/// <param name="configuration">Names them.</param>
/// <param name="now">The time of the machine.</param>
/// <param name="root">The system whose paths it names; null for this one.</param>
internal sealed class CredentialFiles(AgentConfiguration configuration, DateTimeOffset now, ImageRoot? root = null)
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private readonly List<Finding> _findings = [];

    public List<Finding> Check()
    {
        Certificate? certificate = CheckCertificate();
        CheckKey(certificate);
        CheckRootCa();
        return _findings;
    }

    private Certificate? CheckCertificate()
    {
        const string Subject = "certificate";
        if (PathOf(Settings.Certificate) is not { } path || Blocks(Subject, path) is not { } blocks)
            return null;

        byte[]? der = blocks.Find(block => block.Label == "CERTIFICATE").Der;
        if (der is null || !Certificate.TryParse(der, out Certificate? certificate))
        {
            _findings.Add(Finding.Failure(Subject, $"{path} holds no certificate in PEM form", ConvertOrEnrol(path, "x509")));
            return null;
        }

        CheckDates(Subject, path, certificate);
        return certificate;
    }

    private void CheckDates(string subject, string path, Certificate certificate)
    {
        string enrol = Enrol(Thing);
        if (now > certificate.NotAfter)
            _findings.Add(Finding.Failure(subject, $"{path} expired on {Date(certificate.NotAfter)}", enrol));
        else if (now < certificate.NotBefore)
            _findings.Add(Finding.Failure(subject, $"{path} is valid from {Date(certificate.NotBefore)} on, and this machine's clock says {Date(now)}", "timedatectl set-ntp true"));
        else if (certificate.NotAfter - now < Soon)
            _findings.Add(Finding.Warning(subject, $"{path} expires on {Date(certificate.NotAfter)}", enrol));
        else
            _findings.Add(Finding.Good(subject, $"{path} is valid until {Date(certificate.NotAfter)}"));
    }

    private void CheckKey(Certificate? certificate)
    {
        const string Subject = "key";
        if (PathOf(Settings.Key) is not { } path || Blocks(Subject, path) is not { } blocks)
            return;

        (string Label, byte[] Der) key = blocks.Find(block => block.Label.EndsWith("PRIVATE KEY", StringComparison.Ordinal));
        if (key.Der is null)
        {
            _findings.Add(Finding.Failure(Subject, $"{path} holds no private key in PEM form", ConvertOrEnrol(path, "pkey")));
            return;
        }

        if (key.Label == "ENCRYPTED PRIVATE KEY")
        {
            _findings.Add(Finding.Failure(Subject, $"{path} is encrypted, and nobody types its password when the agent starts", $"openssl pkey -in {Quote(path)} -out {Quote(path + ".new")} && mv {Quote(path + ".new")} {Quote(path)}"));
            return;
        }

        byte[]? half = PrivateKey.PublicHalf(key.Label, key.Der);
        if (certificate is not null && half is not null && !half.AsSpan().SequenceEqual(certificate.PublicKey))
            _findings.Add(Finding.Failure(Subject, $"{path} is not the key of {PathOf(Settings.Certificate)}", Enrol(Thing)));
        else
            CheckMode(Subject, path, isCompared: certificate is not null && half is not null);
    }

    // The Device Client refuses a key that others may read. Here it is a warning: a service manager that hands a key to a user
    // of its own does so by an access list, which shows in the mode.
    private void CheckMode(string subject, string path, bool isCompared)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        if (!ConfigurationAccess.IsCredential(path) && (FileSystem.Status(path).Permissions & Others) != 0)
            _findings.Add(Finding.Warning(subject, $"{path} may be read or written by others than its owner", $"chmod 600 {Quote(path)}"));
        else
            _findings.Add(Finding.Good(subject, isCompared ? $"{path} is the key of the certificate" : $"{path} is a private key"));
    }

    private void CheckRootCa()
    {
        const string Subject = "root-ca";
        if (PathOf(Settings.RootCa) is not { } path || Blocks(Subject, path) is not { } blocks)
            return;

        List<Certificate> authorities = [];
        foreach ((string label, byte[] der) in blocks)
        {
            if (label == "CERTIFICATE" && Certificate.TryParse(der, out Certificate? authority))
                authorities.Add(authority);
        }

        if (authorities.Count == 0)
            _findings.Add(Finding.Failure(Subject, $"{path} holds no certificate in PEM form", ConvertOrEnrol(path, "x509")));
        else if (authorities.TrueForAll(authority => now > authority.NotAfter))
            _findings.Add(Finding.Failure(Subject, $"{path} holds no certificate that is still valid", Enrol(Thing)));
        else
            _findings.Add(Finding.Good(Subject, $"{path} holds {authorities.Count} {(authorities.Count == 1 ? "authority" : "authorities")}"));
    }

    private string? PathOf(Setting setting) => configuration.Text(setting) is { } path ? root?.Here(path) ?? path : null;

    private List<(string Label, byte[] Der)>? Blocks(string subject, string path)
    {
        try
        {
            return PemFile.Read(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            _findings.Add(Finding.Failure(subject, $"{path} is not there", Enrol(Thing)));
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _findings.Add(Finding.Failure(subject, $"{path} cannot be read: {FileFailure.Reason(failure)}", look: $"ls -lL {Quote(path)}; id"));
        }

        return null;
    }

    private string Thing => configuration.Text(Settings.ThingName) ?? "THING";

    /// <summary>The command that makes certificate, key and authorities of a thing anew.</summary>
    public static string Enrol(string thing) => $"defender-gateway enrol {Quote(thing)} # on the gateway; then its files go here";

    // The other form of the same content (DER) begins with a sequence, and is converted in place.
    private string ConvertOrEnrol(string path, string tool)
    {
        byte[] start = FileSystem.Read(path, 1);
        if (start.Length == 0 || start[0] != DerReader.Sequence)
            return Enrol(Thing);
        string made = Quote(path + ".new");
        return $"openssl {tool} -inform DER -in {Quote(path)} -out {made} && mv {made} {Quote(path)}";
    }

    /// <summary>A text as a shell takes it for one word.</summary>
    public static string Quote(string text) =>
        AsciiWord.Is(text, "/._-:=@%+") && text.Length > 0
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Date(DateTimeOffset time) => UtcText.Minutes(time);
}
