using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Diagnosis;
using Defender.Agent.Linux.Tests.Tls;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>The commands of the doctor are run as they stand, and the doctor is asked again.</summary>
public sealed class DoctorMendTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly TcpListener _gateway = new(IPAddress.Loopback, 0);

    public DoctorMendTests() => _gateway.Start();

    public void Dispose()
    {
        _gateway.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private int Port => ((IPEndPoint)_gateway.LocalEndpoint).Port;

    [Fact]
    public async Task A_ready_made_metric_that_has_nothing_to_read_here_is_switched_off()
    {
        // Of the two one at least has no source on a machine of tests: no thermal zone, or no utmp.
        string file = Configuration(""","custom-metrics":{"temperature" : true,"logged-in-users":true,"uptime":true}""");
        Dictionary<string, string> before = await MendsAsync("metric", file);
        if (before.Count == 0)
            return;

        foreach (string mend in before.Values)
            await ShellAsync(mend);

        Assert.Empty(await MendsAsync("metric", file));
        CommandLineRun show = await CommandLineRun.OfAsync("config", "show", file);
        Assert.Equal(0, show.ExitCode);
        Assert.Contains("custom-metrics.uptime", show.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_key_and_authority_in_the_other_form_are_converted()
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage, toDays: 200);
        foreach (string file in new[] { certificate, key, _authority.RootFile })
            File.WriteAllBytes(file, Der(File.ReadAllText(file)));
        string configuration = Configuration($$""","cert":"{{certificate}}","key":"{{key}}","root-ca":"{{_authority.RootFile}}" """);

        foreach (string subject in new[] { "certificate", "key", "root-ca" })
            await ShellAsync(Assert.Single(await MendsAsync(subject, configuration)).Value);

        foreach (string subject in new[] { "certificate", "root-ca" })
            Assert.Empty(await MendsAsync(subject, configuration));
        Assert.All((await MendsAsync("key", configuration)).Values, mend => Assert.StartsWith("chmod 600 ", mend, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_encrypted_key_is_decrypted_with_its_password()
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        using ECDsa read = ECDsa.Create();
        read.ImportFromPem(File.ReadAllText(key));
        File.WriteAllText(key, read.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        string configuration = Configuration($$""","cert":"{{certificate}}","key":"{{key}}" """);

        // What a person types is given by an option here.
        string mend = Assert.Single(await MendsAsync("key", configuration)).Value;
        await ShellAsync(mend.Replace("openssl pkey", "openssl pkey -passin pass:secret", StringComparison.Ordinal));

        Assert.Empty(await MendsAsync("key", configuration));
    }

    [Fact]
    public async Task A_key_and_a_configuration_that_are_open_are_closed()
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        File.SetUnixFileMode(key, (UnixFileMode)Convert.ToInt32("644", 8));
        string configuration = Configuration($$""","cert":"{{certificate}}","key":"{{key}}","mqtt":{"password":"p"}""");
        File.SetUnixFileMode(configuration, (UnixFileMode)Convert.ToInt32("666", 8));

        foreach (string subject in new[] { "key", "configuration" })
        {
            await ShellAsync(Assert.Single(await MendsAsync(subject, configuration)).Value);
            Assert.Empty(await MendsAsync(subject, configuration));
        }
    }

    [Fact]
    public async Task A_state_directory_that_is_not_there_is_made_and_one_that_is_open_is_closed()
    {
        string state = Path.Combine(_folder.Path, "a", "state");
        string configuration = Configuration($$""","state-directory":"{{state}}" """);

        string mend = Assert.Single(await MendsAsync("state", configuration)).Value;
        Assert.StartsWith("sudo install ", mend, StringComparison.Ordinal);
        await ShellAsync(mend["sudo ".Length..]);
        Assert.Empty(await MendsAsync("state", configuration));

        File.SetUnixFileMode(state, (UnixFileMode)Convert.ToInt32("777", 8));
        await ShellAsync(Assert.Single(await MendsAsync("state", configuration)).Value);
        Assert.Empty(await MendsAsync("state", configuration));
    }

    [Theory]
    [InlineData("-Verify", "1")]
    [InlineData("-Verify", "1", "-verify_return_error")]
    public async Task A_server_that_wants_a_client_certificate_is_heard(params string[] arguments)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(_authority.Issue(), [.. arguments, "-tls1_3", "-CAfile", _authority.RootFile]);
        string configuration = _folder.Write("agent.json", $$"""{"endpoint":"localhost:{{server.Port}}","thing-name":"pump-17","root-ca":"{{_authority.RootFile}}"}""");

        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", configuration);

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(
            @"failure tls +the server wants a client certificate, and none is configured \([^)]*certificate required\): .*\n +mend: defender-gateway enrol pump-17 # on the gateway",
            run.Output);
    }

    [Fact]
    public void A_kernel_module_is_offered_where_the_kernel_has_it()
    {
        string release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        _folder.Write($"{release}/modules.dep", "kernel/net/ipv4/inet_diag.ko.xz:\nkernel/net/ipv4/udp-diag.ko.xz: kernel/net/ipv4/inet_diag.ko.xz\n");

        Assert.Equal(
            "modprobe udp_diag && echo udp_diag >> /etc/modules-load.d/defender-agent.conf", KernelModules.LoadCommand("udp_diag", isRoot: true, _folder.Path));
        Assert.Equal(
            "sudo sh -c 'modprobe udp_diag && echo udp_diag >> /etc/modules-load.d/defender-agent.conf'",
            KernelModules.LoadCommand("udp_diag", isRoot: false, _folder.Path));
        Assert.Equal("", KernelModules.LoadCommand("tcp_diag", isRoot: true, _folder.Path));
        Assert.Equal("", KernelModules.LoadCommand("udp_diag", isRoot: true, _folder.Path + "/none"));
    }

    [Fact]
    public void The_way_that_was_chosen_is_no_warning() =>
        Assert.All(KernelProbe.Run(new CollectorOptions { KernelPath = KernelPath.Proc }, isRoot: true), finding => Assert.Equal(Severity.Good, finding.Severity));

    private static byte[] Der(string pem)
    {
        PemFields fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }

    private static async Task<Dictionary<string, string>> MendsAsync(string subject, string configuration)
    {
        CommandLineRun run = await CommandLineRun.OfAsync("doctor", "--config", configuration, "--json");
        using JsonDocument result = JsonDocument.Parse(run.Output);
        return result.RootElement.GetProperty("findings").EnumerateArray()
            .Where(finding => finding.GetProperty("subject").GetString() == subject && finding.TryGetProperty("mend", out _))
            .ToDictionary(finding => finding.GetProperty("text").GetString()!, finding => finding.GetProperty("mend").GetString()!);
    }

    private static async Task ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardError = true })!;
        string errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"{command}: {errors}");
    }

    private string Configuration(string more) =>
        _folder.Write("agent.json", $"{{\"endpoint\":\"mqtt://127.0.0.1:{Port}\",\"thing-name\":\"pump-17\"{more}}}");
}
