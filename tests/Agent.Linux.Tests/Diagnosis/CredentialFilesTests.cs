using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Defender.Agent.Linux.Diagnosis;
using Defender.Agent.Linux.Tests.Configuration;
using Xunit;

namespace Defender.Agent.Linux.Tests.Diagnosis;

/// <summary>Certificates and keys as .NET's own library makes them, read by the agent's reader.</summary>
public sealed class CredentialFilesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);

    // Made once: an RSA key takes a second where processors are busy.
    private static readonly Lazy<RSA>[] s_rsa = [new(() => RSA.Create(2048)), new(() => RSA.Create(2048)), new(() => RSA.Create(2048))];

    private readonly TemporaryFolder _folder = new();
    private int _rsaUsed;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["rsa-pkcs8", "rsa-pkcs1", "ec-pkcs8", "ec-sec1", "ec-384"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_that_belongs_to_its_certificate_is_good(string kind)
    {
        Findings findings = Check(kind, Now.AddYears(1));

        Assert.Equal([(Severity.Good, $"{_folder.Path}/t.crt is valid until 2027-11-21 00:00 UTC"), (Severity.Good, $"{_folder.Path}/t.key is the key of the certificate"), (Severity.Good, $"{_folder.Path}/ca.crt holds 1 authority")], findings.Seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_key_of_another_certificate_is_a_failure(string kind)
    {
        Write(kind, Now.AddYears(1), out _);
        Write(kind, Now.AddYears(1), out string certificate);
        string other = File.ReadAllText(_folder.Path + "/t.key");
        Write(kind, Now.AddYears(1), out _);
        File.WriteAllText(_folder.Path + "/t.crt", certificate);

        Assert.Contains((Severity.Failure, $"{_folder.Path}/t.key is not the key of {_folder.Path}/t.crt"), Check().Seen);
        File.WriteAllText(_folder.Path + "/t.key", other);
        Assert.Contains((Severity.Good, $"{_folder.Path}/t.key is the key of the certificate"), Check().Seen);
    }

    [Fact]
    public void A_key_that_others_may_read_is_a_warning()
    {
        Write("ec-pkcs8", Now.AddYears(1), out _);
        File.SetUnixFileMode(_folder.Path + "/t.key", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        Findings findings = Check();

        Assert.Contains((Severity.Warning, $"{_folder.Path}/t.key may be read or written by others than its owner"), findings.Seen);
        Assert.Contains($"chmod 600 {_folder.Path}/t.key", findings.Mends);
    }

    [Theory]
    [InlineData(-1, 1, "Failure", "expired on 2026-11-20 00:00 UTC")]
    [InlineData(29, 1, "Warning", "expires on 2026-12-20 00:00 UTC")]
    [InlineData(31, 1, "Good", "is valid until 2026-12-22 00:00 UTC")]
    [InlineData(365, -1, "Failure", "is valid from 2026-11-22 00:00 UTC on, and this machine's clock says 2026-11-21 00:00 UTC")]
    [InlineData(365 * 30, 1, "Good", "is valid until 2056-11-13 00:00 UTC")]
    public void Dates_are_looked_at(int daysLeft, int daysAgo, string severity, string text)
    {
        Write("ec-pkcs8", Now.AddDays(daysLeft), out _, notBefore: daysAgo > 0 ? Now.AddDays(-400) : Now.AddDays(1));

        Assert.Contains((Enum.Parse<Severity>(severity), $"{_folder.Path}/t.crt {text}"), Check().Seen);
    }

    [Theory]
    [InlineData("t.crt", "holds no certificate in PEM form")]
    [InlineData("t.key", "holds no private key in PEM form")]
    [InlineData("ca.crt", "holds no certificate in PEM form")]
    public void What_is_no_PEM_is_a_failure(string name, string text)
    {
        foreach (string content in new[] { "", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "-----BEGIN X-----\nAAAA\n-----END X-----\n" })
        {
            Write("ec-pkcs8", Now.AddYears(1), out _);
            File.WriteAllText(Path.Combine(_folder.Path, name), content);

            Assert.Contains((Severity.Failure, $"{_folder.Path}/{name} {text}"), Check().Seen);
        }
    }

    [Fact]
    public void An_encrypted_key_is_refused()
    {
        Write("ec-pkcs8", Now.AddYears(1), out _);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_folder.Path + "/t.key", key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));

        Assert.Contains((Severity.Failure, $"{_folder.Path}/t.key is encrypted, and nobody types its password when the agent starts"), Check().Seen);
    }

    [Fact]
    public void Half_a_certificate_is_no_certificate()
    {
        Write("rsa-pkcs8", Now.AddYears(1), out string pem);
        byte[] der = Convert.FromBase64String(string.Concat(pem.Split('\n').Where(line => !line.StartsWith('-'))));

        // Cut anywhere, it is refused and never read beyond its end.
        for (int length = 0; length < der.Length; length++)
            Assert.False(Certificate.TryParse(der.AsSpan(0, length), out _));
        Assert.True(Certificate.TryParse(der, out _));
    }

    [Theory]
    [InlineData("20261121000000Z", "2026-11-21 00:00:00")]
    [InlineData("261121235959Z", "2026-11-21 23:59:59")]
    [InlineData("491231235959Z", "2049-12-31 23:59:59")]
    [InlineData("500101000000Z", "1950-01-01 00:00:00")]
    [InlineData("240229120000Z", "2024-02-29 12:00:00")]
    [InlineData("99991231235959Z", "9999-12-31 23:59:59")]
    [InlineData("230229120000Z", null)]
    [InlineData("231301000000Z", null)]
    [InlineData("230100000000Z", null)]
    [InlineData("230101240000Z", null)]
    [InlineData("230101006000Z", null)]
    [InlineData("230101000060Z", null)]
    [InlineData("00000101000000Z", null)]
    [InlineData("2301010000Z", null)]
    [InlineData("230101000000+0100", null)]
    [InlineData("2301010000000", null)]
    [InlineData("23010100000-Z", null)]
    [InlineData("Z", null)]
    public void Times_of_a_certificate_are_read_as_RFC_5280_writes_them(string text, string? expected)
    {
        byte[] time = Element(text.Length == 15 ? DerReader.GeneralizedTime : DerReader.UtcTime, System.Text.Encoding.ASCII.GetBytes(text));
        byte[] nothing = Element(DerReader.Sequence, []);
        byte[] key = Element(DerReader.Sequence, [.. nothing, .. Element(DerReader.BitString, [0, 1])]);
        byte[] toBeSigned = Element(
            DerReader.Sequence,
            [.. Element(DerReader.Integer, [1]), .. nothing, .. nothing, .. Element(DerReader.Sequence, [.. time, .. time]), .. nothing, .. key]);

        Assert.Equal(expected is not null, Certificate.TryParse(Element(DerReader.Sequence, toBeSigned), out Certificate? certificate));
        Assert.Equal(expected, certificate?.NotAfter.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("with blank", "'with blank'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    [InlineData("$(reboot)", "'$(reboot)'")]
    public void Commands_are_safe_to_paste(string text, string quoted) => Assert.Equal(quoted, CredentialFiles.Quote(text));

    private static byte[] Element(byte tag, byte[] content) => [tag, (byte)content.Length, .. content];

    private Findings Check(string kind, DateTimeOffset notAfter)
    {
        Write(kind, notAfter, out _);
        return Check();
    }

    private Findings Check()
    {
        using Loaded loaded = new($$"""{"thing-name":"t","endpoint":"h","cert":"{{_folder.Path}}/t.crt","key":"{{_folder.Path}}/t.key","root-ca":"{{_folder.Path}}/ca.crt"}""");
        List<Finding> findings = new CredentialFiles(loaded.Configuration, Now).Check();
        return new Findings([.. findings.Select(finding => (finding.Severity, finding.Text))], [.. findings.Select(finding => finding.Mend)]);
    }

    private void Write(string kind, DateTimeOffset notAfter, out string certificate, DateTimeOffset? notBefore = null)
    {
        string key;
        if (kind.StartsWith("rsa", StringComparison.Ordinal))
        {
            RSA rsa = s_rsa[_rsaUsed++ % s_rsa.Length].Value;
            certificate = Pem(new CertificateRequest("CN=t", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), notBefore ?? Now.AddYears(-1), notAfter);
            key = kind == "rsa-pkcs1" ? rsa.ExportRSAPrivateKeyPem() : rsa.ExportPkcs8PrivateKeyPem();
        }
        else
        {
            using ECDsa ec = ECDsa.Create(kind == "ec-384" ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
            certificate = Pem(new CertificateRequest("CN=t", ec, HashAlgorithmName.SHA256), notBefore ?? Now.AddYears(-1), notAfter);
            key = kind == "ec-sec1" ? ec.ExportECPrivateKeyPem() : ec.ExportPkcs8PrivateKeyPem();
        }

        _folder.Write("t.crt", certificate);
        _folder.Write("ca.crt", certificate);
        File.SetUnixFileMode(_folder.Write("t.key", key), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Pem(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using X509Certificate2 certificate = request.CreateSelfSigned(notBefore, notAfter);
        return certificate.ExportCertificatePem() + "\n";
    }

    private sealed record Findings((Severity, string)[] Seen, string[] Mends);
}
