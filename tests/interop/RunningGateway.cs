using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Defender.Tests;

namespace Defender.Interop.Tests;

/// <summary>A running gateway on free ports, with a data directory of its own that outlives it until the test is over.</summary>
internal sealed partial class RunningGateway : IAsyncDisposable
{
    private readonly bool _ownsDirectory;

    private RunningGateway(ChildProcess process, string directory, bool ownsDirectory)
    {
        Process = process;
        Directory = directory;
        _ownsDirectory = ownsDirectory;
    }

    public static string AttackSurface => Path.Combine(RepositoryFiles.Root, "samples", "profiles", "attack-surface.json");

    public ChildProcess Process { get; }

    public string Directory { get; }

    public string MqttPort { get; private set; } = "";

    public string HttpPort { get; private set; } = "";

    /// <summary>Where the API answers.</summary>
    public string Api => $"http://127.0.0.1:{HttpPort}";

    /// <summary>The environment of a client that may do everything; of a gateway on a new directory only.</summary>
    public IReadOnlyDictionary<string, string> Credentials { get; private set; } = new Dictionary<string, string>();

    public static Task<RunningGateway> StartAsync(string? directory = null, params string[] arguments) => StartOnAsync("0", directory, arguments);

    /// <summary>The same with a port for the API that stays over several starts.</summary>
    public static async Task<RunningGateway> StartOnAsync(string httpPort, string? directory, params string[] arguments)
    {
        string data = directory ?? System.IO.Directory.CreateTempSubdirectory("defender-interop-").FullName;
        ChildProcess process = ChildProcess.StartGateway(["run", "--mqtt", "0", "--http", httpPort, "--data", data, .. arguments]);
        var gateway = new RunningGateway(process, data, directory is null);
        Match ports = await process.WaitForTranscriptAsync(Listening());
        gateway.MqttPort = ports.Groups[1].Value;
        gateway.HttpPort = ports.Groups[2].Value;
        // Shown before it listens, if at all.
        if (FirstKey().Match(process.Transcript) is { Success: true } key)
            gateway.Credentials = EnvironmentOf(key);
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    private static Dictionary<string, string> EnvironmentOf(Match key) => new()
    {
        ["AWS_ACCESS_KEY_ID"] = key.Groups[1].Value,
        ["AWS_SECRET_ACCESS_KEY"] = key.Groups[2].Value,
        // Nothing of whoever runs the tests.
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    [GeneratedRegex(@"AWS_ACCESS_KEY_ID=(\S+)\s+export AWS_SECRET_ACCESS_KEY=(\S+)\n")]
    private static partial Regex FirstKey();

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+) and http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
