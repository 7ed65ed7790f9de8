using System;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Defender.Gateway.Identity;
using Defender.Gateway.Identity.Passwords;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Tests.Identity;
using Xunit;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>certificate register</c>, <c>ca</c> and <c>user</c>.</summary>
public sealed class IdentityCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Data => Path.Combine(_folder.Root, "data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_certificate_made_elsewhere_is_registered_once(bool isPem)
    {
        using X509Certificate2 device = Pki.Leaf("CN=whatever");
        string file = Path.Combine(_folder.Root, "device.crt");
        File.WriteAllBytes(file, isPem ? Encoding.ASCII.GetBytes(device.ExportCertificatePem()) : device.RawData);

        Verb register = Verb.Run("certificate", "register", file, "--thing", "pump-17", "--policy", "p", "--data", Data);
        Verb again = Verb.Run("certificate", "register", file, "--thing", "pump-18", "--data", Data);

        Assert.Equal((0, $"certificate {Fingerprint.Of(device)} is ACTIVE for thing pump-17\n"), (register.Status, register.Output));
        Assert.Equal(1, again.Status);
        CertificateRow row = Assert.Single(Read(identities => identities.ListCertificates(null, null, 10)));
        Assert.Equal(("pump-17", CertificateOrigin.Imported, "p"), (row.ThingName, row.Origin, Assert.Single(row.PolicyNames)));
        string line = Assert.Single(Verb.Run("certificate", "list", "--thing", "pump-17", "--data", Data).Lines);
        Assert.StartsWith($"{Fingerprint.Of(device)} ACTIVE   pump-17 until ", line, StringComparison.Ordinal);
        Assert.Empty(Verb.Run("certificate", "list", "--thing", "pump-18", "--data", Data).Lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("rubbish")]
    public void What_is_no_certificate_is_refused(string content)
    {
        string file = _folder.Write("device.crt", content);

        Assert.Equal(2, Verb.Run("certificate", "register", file, "--thing", "pump-17", "--data", Data).Status);
        Assert.Equal(2, Verb.Run("ca", "register", file, "--data", Data).Status);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void A_CA_is_registered_switched_off_listed_and_removed()
    {
        using X509Certificate2 ca = Pki.Ca();
        string file = _folder.Write("ca.crt", ca.ExportCertificatePem()), id = Fingerprint.Of(ca);

        Assert.Equal(0, Verb.Run("ca", "register", file, "--data", Data).Status);
        Assert.Contains("auto-registration on", Assert.Single(Verb.Run("ca", "list", "--data", Data).Lines), StringComparison.Ordinal);
        Assert.Equal(0, Verb.Run("ca", "register", file, "--auto-registration", "off", "--data", Data).Status);
        Assert.StartsWith($"{id} auto-registration off", Assert.Single(Verb.Run("ca", "list", "--data", Data).Lines), StringComparison.Ordinal);
        Assert.Equal(0, Verb.Run("ca", "remove", id, "--data", Data).Status);
        Assert.Equal(1, Verb.Run("ca", "remove", id, "--data", Data).Status);
        Assert.Empty(Verb.Run("ca", "list", "--data", Data).Lines);
    }

    [Fact]
    public void What_is_no_CA_or_not_its_own_root_is_refused()
    {
        using X509Certificate2 ca = Pki.Ca();
        using X509Certificate2 leaf = Pki.Leaf("CN=pump-17");

        Verb ofLeaf = Verb.Run("ca", "register", _folder.Write("leaf.crt", leaf.ExportCertificatePem()), "--data", Data);

        Assert.Equal(3, ofLeaf.Status);
        Assert.Contains("is no CA", ofLeaf.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void A_user_gets_a_password_that_is_shown_once_and_kept_as_a_hash()
    {
        Verb add = Verb.Run("user", "add", "pump", "--thing", "pump-17", "--policy", "p", "--data", Data);

        Assert.Equal(0, add.Status);
        byte[] password = Encoding.ASCII.GetBytes(add.Lines[^1]);
        Assert.Equal(24, password.Length);
        ClientUserRow user = Read(identities => identities.FindUser("pump"))!;
        Assert.Equal(("pump-17", 600_000L), (user.ThingName, user.Iterations));
        Assert.True(PasswordHash.IsRight(user, password));
        Assert.StartsWith("pump thing pump-17 ", Assert.Single(Verb.Run("user", "list", "--data", Data).Lines), StringComparison.Ordinal);
        Assert.Equal(0, Verb.Run("user", "remove", "pump", "--data", Data).Status);
        Assert.Equal(1, Verb.Run("user", "remove", "pump", "--data", Data).Status);
    }

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n", "secret")]
    [InlineData(" two  words \n", " two  words ")]
    public void A_password_file_is_taken_without_its_last_line_end(string content, string password)
    {
        Assert.Equal(0, Verb.Run("user", "add", "pump", "--password-file", _folder.Write("password", content), "--data", Data).Status);

        Assert.True(PasswordHash.IsRight(Read(identities => identities.FindUser("pump")), Encoding.UTF8.GetBytes(password)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public void An_empty_password_file_adds_nobody(string content)
    {
        Assert.Equal(2, Verb.Run("user", "add", "pump", "--password-file", _folder.Write("password", content), "--data", Data).Status);
        Assert.Equal(2, Verb.Run("user", "add", "pump", "--password-file", _folder.Write("password", new string('x', 1025)), "--data", Data).Status);
        Assert.Equal(2, Verb.Run("user", "add", "anonymous", "--data", Data).Status);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public void Listing_where_no_gateway_was_says_so_and_makes_nothing()
    {
        foreach (string[] verb in new[] { new[] { "thing", "list" }, ["certificate", "list"], ["ca", "list"], ["user", "list"], ["thing", "revoke", "pump-17"] })
            Assert.Contains("no gateway has kept data", Assert.Throws<StoreException>(() => Verb.Run([.. verb, "--data", Data])).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Theory]
    [InlineData("certificate", "revoke", "abc")]
    [InlineData("certificate", "revoke", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void What_is_no_fingerprint_is_refused(params string[] arguments) => Assert.Equal(2, Verb.Run([.. arguments, "--data", Data]).Status);

    private T Read<T>(Func<IIdentityStore, T> read)
    {
        using IIdentityStore identities = new StoreLocation(Data, null).OpenIdentities();
        return read(identities);
    }
}
