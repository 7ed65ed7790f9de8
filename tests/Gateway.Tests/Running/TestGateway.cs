using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Mqtt;
using Defender.Gateway.Storage;
using Defender.Mqtt.Client;
using Defender.Tests;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Running;

/// <summary>A gateway in this process, on free ports, with a data directory of its own unless one is given.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    /// <summary>For conditions that hold at once when the code is right; long, so that a busy machine fails nothing.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly bool _ownsDirectory;

    private TestGateway(string directory, bool ownsDirectory)
    {
        Directory = directory;
        _ownsDirectory = ownsDirectory;
    }

    /// <summary>One alarm for each of a few listening ports, 2323 among them: <c>no-telnet-2323</c>.</summary>
    public static string AttackSurface => Path.Combine(RepositoryFiles.Root, "samples", "profiles", "attack-surface.json");

    /// <summary>AWS's limits without its rates: tests are quicker than devices.</summary>
    public static MqttLimits Hurried { get; } = MqttLimits.Aws with
    {
        PublishesPerSecond = 0,
        PublishBytesPerSecond = 0,
        ConnectsPerSecondOfAddress = 0,
        ConnectsPerSecondOfClient = 0,
    };

    public GatewayHost Host { get; private set; } = null!;

    public string Directory { get; }

    /// <summary>What it prints.</summary>
    public LineLog Output { get; } = new();

    /// <summary>What it logs.</summary>
    public LineLog Log { get; } = new();

    public static async Task<TestGateway> StartAsync(
        Func<GatewayOptions, GatewayOptions>? configure = null,
        TimeProvider? clock = null,
        Func<string, IStore>? openStore = null,
        TextWriter? output = null,
        string? directory = null)
    {
        var options = new GatewayOptions
        {
            MqttPort = 0,
            HttpPort = 0,
            DataDirectory = directory ?? System.IO.Directory.CreateTempSubdirectory("defender-gateway-").FullName,
            ProfileFiles = [AttackSurface],
            MqttLimits = Hurried,
        };
        options = configure?.Invoke(options) ?? options;
        var gateway = new TestGateway(options.DataDirectory, directory is null);
        gateway.Host = await GatewayHost.CreateAsync(
            options,
            output ?? gateway.Output,
            clock ?? TimeProvider.System,
            openStore ?? (path => new StoreLocation(path, options.Postgres).Open()),
            logging => logging.ClearProviders().AddProvider(gateway.Log).SetMinimumLevel(LogLevel.Debug),
            CancellationToken.None);
        await gateway.Host.StartAsync(CancellationToken.None);
        return gateway;
    }

    /// <summary>A client without keep-alive, so that a clock which leaps does not end it.</summary>
    public Task<MqttClient> ConnectAsync(string clientId, int maxInFlight = 100) => MqttClient.ConnectAsync(
        new MqttClientOptions
        {
            Host = "127.0.0.1",
            Port = Host.MqttPort,
            ClientId = clientId,
            KeepAlive = TimeSpan.Zero,
            ConnectTimeout = Deadline,
            AckTimeout = Deadline,
            MaxInFlight = maxInFlight,
        },
        CancellationToken.None);

    public Task<RawPeer> OpenAsync() => RawPeer.OpenAsync(Host.MqttPort);

    public async Task<HttpStatusCode> GetStatusAsync(string path)
    {
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri($"http://127.0.0.1:{Host.HttpPort}{path}"));
        return response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        if (_ownsDirectory)
            System.IO.Directory.Delete(Directory, recursive: true);
    }
}
