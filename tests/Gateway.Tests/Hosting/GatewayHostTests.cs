using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Hosting;

/// <summary>The gateway as a whole: start, load, stop, and what is left behind.</summary>
public sealed class GatewayHostTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-host-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task It_is_ready_when_it_listens()
    {
        await using TestGateway gateway = await TestGateway.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await gateway.GetStatusAsync("/healthz"));
        Assert.Equal(HttpStatusCode.OK, await gateway.GetStatusAsync("/readyz"));
        Assert.Equal(HttpStatusCode.Forbidden, await gateway.GetStatusAsync("/"));
    }

    [Fact]
    public async Task An_alarm_outlives_a_restart_with_its_violation_id()
    {
        string alarm;
        await using (TestGateway first = await TestGateway.StartAsync(directory: _directory))
        {
            await using MqttClient device = await first.ConnectAsync("pump-17");
            await device.ReportAsync("pump-17", Reports.Listening(1, 2323));
            alarm = await first.Output.WaitForAsync("in-alarm", "no-telnet-2323");
        }

        await using TestGateway second = await TestGateway.StartAsync(directory: _directory);
        await using MqttClient again = await second.ConnectAsync("pump-17");
        await again.ReportAsync("pump-17", Reports.Listening(2, 2323));
        await again.ReportAsync("pump-17", Reports.Listening(3));
        string cleared = await second.Output.WaitForAsync("alarm-cleared", "no-telnet-2323");

        Assert.Equal(alarm[alarm.IndexOf("violation=", StringComparison.Ordinal)..], cleared[cleared.IndexOf("violation=", StringComparison.Ordinal)..]);
        Assert.DoesNotContain(second.Output.Lines, line => line.Contains("in-alarm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Five_hundred_clients_report_at_once_and_one_watches_them_all()
    {
        const int Devices = 500;
        await using TestGateway gateway = await TestGateway.StartAsync();
        await using MqttClient watcher = await gateway.ConnectAsync("watcher");
        await watcher.SubscribeAsync("$aws/things/+/defender/metrics/json/accepted", MqttQoS.AtLeastOnce, CancellationToken.None);
        MqttClient[] devices = [.. await Task.WhenAll(Enumerable.Range(0, Devices).Select(i => gateway.ConnectAsync($"pump-{i}")))];

        await Task.WhenAll(devices.Select((device, i) => device.ReportAsync($"pump-{i}", Reports.Listening(1, i % 2 == 0 ? [2323] : []))));

        var answered = new string[Devices];
        for (int i = 0; i < Devices; i++)
            answered[i] = (await watcher.NextJsonAsync()).GetProperty("thingName").GetString()!;
        Assert.Equal(Enumerable.Range(0, Devices).Select(i => $"pump-{i}").Order(StringComparer.Ordinal), answered.Order(StringComparer.Ordinal));
        for (int i = 0; i < Devices; i += 2)
            await gateway.Output.WaitForAsync("in-alarm", $" thing=pump-{i} ", "no-telnet-2323");
        Assert.Equal(Devices / 2, gateway.Output.Lines.Count);
        await Task.WhenAll(devices.Select(device => device.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Stopping_ends_clients_without_loss_and_frees_everything()
    {
        FaultyStore? store = null;
        TestGateway gateway = await TestGateway.StartAsync(directory: _directory, openStore: directory => store = new FaultyStore(directory));
        using RawPeer idle = await gateway.OpenAsync(), unknown = await gateway.OpenAsync();
        await idle.ConnectAsync("idle");
        await using MqttClient device = await gateway.ConnectAsync("pump-17");
        store!.Hold();
        Task inFlight = device.ReportAsync("pump-17", Reports.Listening(1, 2323));
        Assert.True(store.AtGate.Wait(TestGateway.Deadline));

        Task stopped = gateway.DisposeAsync().AsTask();
        Assert.Empty(await idle.ReadToCloseAsync());
        Assert.Empty(await unknown.ReadToCloseAsync());
        store.Gate.Set();

        await inFlight;
        await stopped;
        await gateway.DisposeAsync();
        Assert.Contains(gateway.Output.Lines, line => line.Contains("no-telnet-2323", StringComparison.Ordinal));
        DataDirectory.Take(_directory).Dispose();
        using SqliteStore kept = SqliteStore.Open(_directory);
        Assert.Single(kept.NewestEvents(10));
    }

    [Fact]
    public async Task A_part_that_fails_ends_the_gateway_with_its_name_and_not_with_success()
    {
        FaultyStore? store = null;
        var clock = new ManualTime();
        await using TestGateway gateway = await TestGateway.StartAsync(
            clock: clock, directory: _directory, openStore: directory => store = new FaultyStore(directory));
        store!.CannotForget = true;
        clock.Advance(TimeSpan.FromMinutes(1));

        bool isWhole = await gateway.Host.WaitForShutdownAsync(CancellationToken.None).WaitAsync(TestGateway.Deadline);

        Assert.False(isWhole);
        await gateway.Log.WaitForAsync("RetentionService failed, and the gateway has stopped for that", "poison");
    }

    [Fact]
    public async Task A_start_on_a_port_in_use_says_so_and_frees_the_directory()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        StartupException error = await Assert.ThrowsAsync<StartupException>(async () =>
        {
            await using GatewayHost host = await GatewayHost.CreateAsync(
                new GatewayOptions { DataDirectory = _directory, MqttPort = port, HttpPort = 0 }, TextWriter.Null, TimeProvider.System, CancellationToken.None);
            await host.StartAsync(CancellationToken.None);
        });

        Assert.Contains($"port {port} is in use: choose another with --mqtt", error.Message, StringComparison.Ordinal);
        DataDirectory.Take(_directory).Dispose();
    }

    [Fact]
    public async Task A_gateway_that_was_never_started_lets_go_of_its_store()
    {
        FaultyStore? store = null;
        GatewayHost host = await GatewayHost.CreateAsync(
            new GatewayOptions { DataDirectory = _directory },
            TextWriter.Null,
            TimeProvider.System,
            directory => store = new FaultyStore(directory),
            _ => { },
            CancellationToken.None);
        Assert.Throws<StoreException>(() => DataDirectory.Take(_directory));

        await host.DisposeAsync();
        await host.DisposeAsync();

        DataDirectory.Take(_directory).Dispose();
        Assert.Throws<ObjectDisposedException>(() => store!.Gate.Wait(0));
    }

    [Fact]
    public async Task A_store_that_cannot_be_opened_frees_the_directory()
    {
        File.WriteAllText(Path.Combine(_directory, SqliteStore.FileName), new string('x', 4096));

        await Assert.ThrowsAsync<StoreException>(() =>
            GatewayHost.CreateAsync(new GatewayOptions { DataDirectory = _directory }, TextWriter.Null, TimeProvider.System, CancellationToken.None));

        DataDirectory.Take(_directory).Dispose();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("file", null)]
    [InlineData("file/below", null)]
    [InlineData("data", "")]
    [InlineData("data", "absent.json")]
    [InlineData("data", ".")]
    public async Task A_path_that_cannot_be_used_is_named(string data, string? profile)
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "");
        var options = new GatewayOptions
        {
            DataDirectory = data.Length == 0 ? "" : Path.Combine(_directory, data),
            ProfileFiles = profile is null ? [] : [profile.Length == 0 ? "" : Path.Combine(_directory, profile)],
        };

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => GatewayHost.CreateAsync(options, TextWriter.Null, TimeProvider.System, CancellationToken.None));

        Assert.True(error is StartupException or StoreException, error.ToString());
        Assert.Contains(profile is null ? options.DataDirectory : options.ProfileFiles[0], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_that_is_not_read_stops_no_report()
    {
        using var stuck = new StuckWriter();
        await using TestGateway gateway = await TestGateway.StartAsync(output: stuck);
        await using MqttClient device = await gateway.ConnectAsync("pump-17");

        for (int id = 1; id <= 20; id++)
            await device.ReportAsync("pump-17", Reports.Listening(id, id % 2 == 1 ? [2323] : []));

        Assert.True(stuck.Reached.Wait(TestGateway.Deadline));
        using SqliteStore store = SqliteStore.OpenForReading(gateway.Directory);
        Assert.Equal(20, store.NewestEvents(100).Count);
        stuck.Release();
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _gate = new();

        public ManualResetEventSlim Reached { get; } = new();

        public override void WriteLine(string? value)
        {
            Reached.Set();
            _gate.Wait(TestGateway.Deadline);
        }

        public void Release() => _gate.Set();
    }
}
