using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.Tests.Delivery;
using Defender.Agent.Linux.Tests.Tls;
using Defender.Mqtt;
using Xunit;

namespace Defender.Agent.Linux.Tests.CommandLine;

/// <summary>The published native build as users run it: what trimming takes away shows here only.</summary>
public sealed class NativeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [NativeFact]
    public async Task It_reports_with_every_ready_made_metric_and_those_of_the_user()
    {
        string value = _folder.Write("value", "21.5\n");
        string builtIn = string.Concat(BuiltInMetrics.Names.Select(name => $"\"{name}\":true,"));
        string file = _folder.Write("agent.json", $$"""
            {"custom-metrics":{ {{builtIn}} "file":{"type":"number","file":"{{value}}"},"command":{"type":"string-list","command":["/bin/echo","a"] } } }
            """);

        CommandLineRun run = await RunAsync("collect", "--once", "--window", "0", "--config", file);

        Assert.True(run.ExitCode == 0, run.Errors);
        using JsonDocument report = JsonDocument.Parse(run.Output);
        JsonElement metrics = report.RootElement.GetProperty("custom_metrics");
        Assert.Equal(21.5, metrics.GetProperty("file")[0].GetProperty("number").GetDouble());
        Assert.Equal("a", metrics.GetProperty("command")[0].GetProperty("string_list")[0].GetString());
        Assert.True(metrics.GetProperty("uptime")[0].GetProperty("number").GetInt64() > 0);
        Assert.True(report.RootElement.GetProperty("metrics").GetProperty("tcp_connections").GetProperty("established_connections").GetProperty("total").GetInt32() >= 0);
    }

    [NativeFact]
    public async Task It_writes_CBOR_with_short_names()
    {
        CommandLineRun run = await RunAsync("collect", "--once", "--window", "0", "--format", "cbor", "--names", "short");

        Assert.Equal(0, run.ExitCode);
        // A map of two members, the first of which is "hed", as AWS shortens header.
        Assert.StartsWith("\u00A2ched", run.Output, StringComparison.Ordinal);
    }

    [NativeFact]
    public async Task It_delivers_a_report_over_TLS_with_a_client_certificate()
    {
        using AnsweringServer server = new(MqttVersion.V5, _authority);
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage);
        string file = _folder.Write("agent.json", $$"""
            {"endpoint":"mqtts://localhost:{{server.Port.ToString(CultureInfo.InvariantCulture)}}","thing-name":"pump-17","root-ca":"{{_authority.RootFile}}",
             "cert":"{{certificate}}","key":"{{key}}"}
            """);

        CommandLineRun run = await RunAsync("run", "--once", "--allow-root", "true", "--config", file);

        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Contains(" info 301 Report ", run.Errors, StringComparison.Ordinal);
    }

    [NativeFact]
    public async Task Its_doctor_its_checks_and_its_mistakes_are_in_whole_sentences()
    {
        (string certificate, string key) = _authority.Issue(usage: TestAuthority.ClientUsage, toDays: 200);
        string file = _folder.Write("agent.json", $$"""
            {"endpoint":"mqtt://127.0.0.1:1","thing-name":"pump-17","cert":"{{certificate}}","key":"{{key}}","state-directory":"/proc/none","custom-metrics":{"own":{"type":"number","file":"/not/there"} } }
            """);

        CommandLineRun doctor = await RunAsync("doctor", "--config", file);
        CommandLineRun check = await RunAsync("config", "check", file);
        CommandLineRun mistake = await RunAsync("run", "--thing", "a/b", "--endpoint", "ftp://h");

        Assert.Equal(1, doctor.ExitCode);
        foreach (string sentence in new[]
        {
            $"ok      certificate   {certificate} is valid until ",
            "failure gateway       mqtt://127.0.0.1:1 cannot be reached: Connection refused\n",
            "failure state         /proc/none cannot be written: there is no such directory\n",
            "warning metric        own: /not/there cannot be read: No such file or directory\n",
        })
            Assert.Contains(sentence, doctor.Output, StringComparison.Ordinal);
        Assert.Equal(0, check.ExitCode);
        Assert.Equal(2, mistake.ExitCode);
        Assert.Contains("endpoint scheme 'ftp' is not supported", mistake.Errors, StringComparison.Ordinal);
        // A trimmed framework says the key of its resource in place of the sentence.
        foreach (string text in new[] { doctor.Output, doctor.Errors, check.Output, mistake.Errors })
            Assert.DoesNotMatch("[a-z]_[A-Z][a-z]+|Arg_|IO_", text);
    }

    [NativeFact]
    public async Task It_shows_its_configuration_its_version_and_what_would_be_installed()
    {
        string file = _folder.Write("agent.json", """{"endpoint":"h","thing-name":"pump-17","device-defender":{"interval":"5m"}}""");

        CommandLineRun show = await RunAsync("config", "show", file);
        CommandLineRun version = await RunAsync("--version");
        CommandLineRun install = await RunAsync("install", "--config", file, "--dry-run");

        Assert.Contains($"5m ", show.Output, StringComparison.Ordinal);
        Assert.Equal($"defender-agent {AgentVersion.Text}\n", version.Output);
        Assert.Contains("\nMemoryDenyWriteExecute=yes\n", install.Output, StringComparison.Ordinal);
        Assert.Contains("\nExecStart=/usr/local/bin/defender-agent run ", install.Output, StringComparison.Ordinal);
    }

    private static async Task<CommandLineRun> RunAsync(params string[] arguments)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(60));
        ProcessStartInfo start = new(NativeFactAttribute.Executable, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return new CommandLineRun(process.ExitCode, output, await errors);
    }
}
