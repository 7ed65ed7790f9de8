using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Defender.Interop.Tests;

/// <summary>Debian's mosquitto as an external broker, on a port and with a store that outlive its process.</summary>
internal sealed class MosquittoBroker : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-mosquitto-").FullName;
    private ChildProcess? _process;

    private MosquittoBroker(string settings, Func<string, string[]> clientArguments)
    {
        ClientArguments = clientArguments(_directory);
        File.WriteAllText(
            Configuration,
            $"""
             listener {Port} 127.0.0.1
             user root
             persistence true
             persistence_location {_directory}/
             log_dest stderr
             {settings.Replace("DIR", _directory, StringComparison.Ordinal)}

             """);
    }

    public string Port { get; } = LoopbackPorts.TakeFree();

    /// <summary>What clients need besides the port.</summary>
    public IReadOnlyList<string> ClientArguments { get; }

    private string Configuration => Path.Combine(_directory, "mosquitto.conf");

    /// <param name="settings">Lines of its configuration; DIR is its directory.</param>
    /// <param name="prepare">Puts files into the directory.</param>
    /// <param name="clientArguments">What its clients need, from the directory.</param>
    public static async Task<MosquittoBroker> StartAsync(
        string settings = "allow_anonymous true", Func<string, Task>? prepare = null, Func<string, string[]>? clientArguments = null)
    {
        var broker = new MosquittoBroker(settings, clientArguments ?? (_ => []));
        if (prepare is not null)
            await prepare(broker._directory);
        await broker.StartAsync();
        return broker;
    }

    /// <summary>Starts the process, for the first time or again.</summary>
    public async Task StartAsync()
    {
        _process = ChildProcess.Start("/usr/sbin/mosquitto", "-c", Configuration);
        await _process.WaitForErrorAsync(" running");
    }

    /// <summary>Ends it so that it stores what it has.</summary>
    public async Task StopAsync()
    {
        _process!.Interrupt();
        await _process.WaitForExitAsync();
    }

    public async Task KillAsync()
    {
        _process!.Kill9();
        await _process.WaitForExitAsync();
    }

    /// <summary>Publishes at QoS 1; returns when the broker has acknowledged.</summary>
    public async Task PublishAsync(string topic, string report)
    {
        await using ChildProcess publish = ChildProcess.Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", Port, .. ClientArguments, "-q", "1", "-t", topic, "-m", report]);
        Assert.True(await publish.WaitForExitAsync() == 0, publish.Transcript);
    }

    public Task PublishReportAsync(string thing, long reportId, params int[] ports) =>
        PublishAsync(Mosquitto.ReportTopic(thing), Mosquitto.ReportWithPorts(reportId, ports));

    /// <summary>Subscribes to a topic filter; the messages are its lines, "topic payload".</summary>
    public async Task<ChildProcess> SubscribeAsync(string filter)
    {
        ChildProcess subscriber = ChildProcess.Start(
            "stdbuf", ["-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", Port, .. ClientArguments, "-q", "1", "-v", "-d", "-t", filter]);
        await subscriber.WaitForOutputAsync("Subscribed (mid: 1)");
        return subscriber;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
