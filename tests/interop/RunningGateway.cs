using System;
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

    public static async Task<RunningGateway> StartAsync(string? directory = null, params string[] arguments)
    {
        string data = directory ?? System.IO.Directory.CreateTempSubdirectory("defender-interop-").FullName;
        ChildProcess process = ChildProcess.StartGateway(["run", "--mqtt", "0", "--http", "0", "--data", data, .. arguments]);
        var gateway = new RunningGateway(process, data, directory is null);
        Match ports = Listening().Match(await process.WaitForErrorAsync("listening on"));
        gateway.MqttPort = ports.Groups[1].Value;
        gateway.HttpPort = ports.Groups[2].Value;
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    [GeneratedRegex(@"mqtt://127\.0\.0\.1:(\d+) and http://127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
