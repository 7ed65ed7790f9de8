using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Identity;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Identities;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Identity;
using Xunit;
using StoreLocation = Defender.Gateway.Storage.StoreLocation;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>enrol</c>, beside a running gateway and without one.</summary>
public sealed class EnrolCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Data => Path.Combine(_folder.Root, "data");

    private string Out => Path.Combine(_folder.Root, "out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Policies_are_those_of_the_certificate_and_one_that_is_not_there_allows_nothing()
    {
        Verb enrol = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data, "--policy", "pumps", "--policy", "all");
        Assert.Equal((0, ""), (enrol.Status, enrol.Errors));
        await using SecureGateway gateway = await SecureGateway.StartAsync(directory: Data);
        using X509Certificate2 device = X509Certificate2.CreateFromPemFile(Path.Combine(Out, "pump-17.crt"), Path.Combine(Out, "pump-17.key"));
        using X509Certificate2 ca = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Out, "ca.crt"));

        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, trusted: ca);
        Assert.Equal(7, await peer.ConnectAsync("pump-17"));
        Assert.Equal(["pumps", "all"], gateway.Identities.FindCertificate(Fingerprint.Of(device))!.PolicyNames.AsEnumerable());
    }

    [Fact]
    public async Task The_files_open_the_gateway_that_was_enrolled_at()
    {
        Verb enrol = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data);
        Assert.Equal((0, ""), (enrol.Status, enrol.Errors));
        await using SecureGateway gateway = await SecureGateway.StartAsync(directory: Data);

        using X509Certificate2 device = X509Certificate2.CreateFromPemFile(Path.Combine(Out, "pump-17.crt"), Path.Combine(Out, "pump-17.key"));
        using X509Certificate2 ca = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Out, "ca.crt"));
        using TlsPeer peer = await TlsPeer.OpenAsync(gateway.Port, device, trusted: ca);
        Assert.Equal(0, await peer.ConnectAsync("pump-17"));

        CertificateRow row = gateway.Identities.FindCertificate(Fingerprint.Of(device))!;
        Assert.Equal((CertificateStatus.Active, "pump-17", CertificateOrigin.Enrolled), (row.Status, row.ThingName, row.Origin));
        Assert.Empty(row.PolicyNames);
        Assert.True(gateway.Get<ControlPlane>().State.Things.Contains("pump-17"));
    }

    [Fact]
    public async Task A_thing_that_a_running_gateway_has_already_stays_as_it_is()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync(directory: Data);
        ControlPlane control = gateway.Get<ControlPlane>();
        ThingResource before = control.Change(draft => Things.Create(draft, "pump-17", null, new Dictionary<string, string> { ["site"] = "a" }, null));

        Verb enrol = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data);

        Assert.Equal((0, ""), (enrol.Status, enrol.Errors));
        Assert.Equal(before, Things.Get(control.State, "pump-17"));
    }

    [Fact]
    public void A_gateway_that_does_not_answer_leaves_a_note_and_the_certificate()
    {
        using DataDirectory taken = DataDirectory.Take(Data);
        new StoreLocation(Data, null).Open().Dispose();

        Verb enrol = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data);

        Assert.Equal(0, enrol.Status);
        Assert.Contains("# the thing is not in the registry of things: no gateway answers", enrol.Output, StringComparison.Ordinal);
        Assert.Contains("create-thing --thing-name pump-17", enrol.Output, StringComparison.Ordinal);
        Assert.Contains("1 ACTIVE", Verb.Run("thing", "list", "--data", Data).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beside_a_running_gateway_a_device_is_let_in_at_once_and_out_when_it_is_revoked()
    {
        await using SecureGateway gateway = await SecureGateway.StartAsync(directory: Data);

        Verb enrol = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data);
        Assert.Equal(0, enrol.Status);
        Assert.DoesNotContain("registry of things", enrol.Output, StringComparison.Ordinal);
        Assert.True(gateway.Get<ControlPlane>().State.Things.Contains("pump-17"));
        using X509Certificate2 device = X509Certificate2.CreateFromPemFile(Path.Combine(Out, "pump-17.crt"), Path.Combine(Out, "pump-17.key"));
        Assert.True(await TlsPeer.IsLetInAsync(gateway.Port, device));

        Assert.Equal((0, "1 certificate of thing pump-17 is INACTIVE\n"), Change("thing", "deactivate", "pump-17"));
        await LetInAsync(false);
        Assert.Equal((0, "1 certificate of thing pump-17 is ACTIVE\n"), Change("thing", "activate", "pump-17"));
        await LetInAsync(true);
        Assert.Equal((0, $"certificate {Fingerprint.Of(device)} is REVOKED\n"), Change("certificate", "revoke", Fingerprint.Of(device).ToUpperInvariant()));
        await LetInAsync(false);
        Assert.Equal(1, Verb.Run("certificate", "activate", Fingerprint.Of(device), "--data", Data).Status);
        Assert.Equal(1, Verb.Run("thing", "activate", "pump-17", "--data", Data).Status);
        Assert.Equal("pump-17: 0 ACTIVE, 0 INACTIVE, 1 REVOKED\n", Verb.Run("thing", "list", "--data", Data).Output);
        JsonElement listed = Assert.Single(Verb.Run("certificate", "list", "--json", "--data", Data).Documents);
        Assert.Equal((Fingerprint.Of(device), "REVOKED"), (listed.GetProperty("certificateId").GetString(), listed.GetProperty("status").GetString()));

        (int, string) Change(params string[] arguments)
        {
            Verb verb = Verb.Run([.. arguments, "--data", Data]);
            return (verb.Status, verb.Output);
        }

        async Task LetInAsync(bool expected)
        {
            for (int i = 0; i < 200 && await TlsPeer.IsLetInAsync(gateway.Port, device) != expected; i++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Assert.Equal(expected, await TlsPeer.IsLetInAsync(gateway.Port, device));
        }
    }

    [Theory]
    [InlineData("../x", "%2E.%2Fx")]
    [InlineData("..", "%2E.")]
    [InlineData("/etc/passwd", "%2Fetc%2Fpasswd")]
    [InlineData("-rf", "%2Drf")]
    [InlineData("a b:c\\d", "a%20b%3Ac%5Cd")]
    [InlineData("pümp", "p%C3%BCmp")]
    [InlineData("a'; reboot '", "a%27%3B%20reboot%20%27")]
    public void A_hostile_name_makes_files_in_its_directory_and_nowhere_else(string thing, string name)
    {
        Verb enrol = Verb.Run("enrol", "--out", Out, "--data", Data, "--", thing);

        Assert.Equal((0, ""), (enrol.Status, enrol.Errors));
        Assert.Equal(new[] { "agent.json", "ca.crt", $"{name}.crt", $"{name}.key" }.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(new[] { "data", "out" }, Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        JsonElement agent = JsonElement.Parse(File.ReadAllText(Path.Combine(Out, "agent.json")));
        Assert.Equal(thing, agent.GetProperty("thing-name").GetString());
        Assert.Equal(Path.Combine(Out, $"{name}.key"), agent.GetProperty("key").GetString());
        using IIdentityStore identities = new StoreLocation(Data, null).OpenIdentities();
        Assert.Equal(thing, Assert.Single(identities.ListCertificates(null, null, 10)).ThingName);
        // A shell gets the name as one word.
        Assert.Contains(thing.Replace("'", "'\\''", StringComparison.Ordinal), enrol.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("\u009b")]
    public void What_cannot_name_a_thing_is_refused(string thing)
    {
        Verb enrol = Verb.Run("enrol", thing, "--out", Out, "--data", Data);

        Assert.Equal(2, enrol.Status);
        Assert.False(Directory.Exists(Out));
    }

    [Fact]
    public void The_longest_names_make_files_of_bounded_names_that_differ()
    {
        string longest = new('ü', 64);
        Assert.Equal(0, Verb.Run("enrol", longest, "--out", Out, "--data", Data).Status);
        Assert.Equal(0, Verb.Run("enrol", new string('ü', 63) + "x", "--out", Out + "2", "--data", Data).Status);

        Assert.NotEqual(Directory.GetFiles(Out, "*.key").Select(Path.GetFileName), Directory.GetFiles(Out + "2", "*.key").Select(Path.GetFileName));
    }

    [Fact]
    public void The_key_is_its_owners_alone_and_nothing_is_overwritten()
    {
        Assert.Equal(0, Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data).Status);
        string key = Path.Combine(Out, "pump-17.key"), content = File.ReadAllText(key);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));

        Verb again = Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data);

        Assert.Equal(2, again.Status);
        Assert.Contains("exists already", again.Errors, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(key));
        using SqliteStore store = SqliteStore.OpenForReading(Data);
        using IIdentityStore identities = new StoreLocation(Data, null).OpenIdentities();
        Assert.Single(identities.ListCertificates(null, null, 10));
    }

    [Fact]
    public void The_agent_configuration_is_that_of_the_device_client_of_AWS()
    {
        Assert.Equal(0, Verb.Run("enrol", "pump-17", "--out", Out, "--data", Data, "--endpoint-address", "gateway.example").Status);

        JsonElement agent = JsonElement.Parse(File.ReadAllText(Path.Combine(Out, "agent.json")));

        Assert.Equal(["endpoint", "cert", "key", "root-ca", "thing-name", "device-defender"], agent.EnumerateObject().Select(member => member.Name));
        Assert.Equal("gateway.example", agent.GetProperty("endpoint").GetString());
        Assert.Equal("""{"enabled":true,"interval":300}""", JsonSerializer.Serialize(agent.GetProperty("device-defender")));
        foreach (string file in new[] { "cert", "key", "root-ca" })
            Assert.True(File.Exists(agent.GetProperty(file).GetString()));
    }
}
