using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>A state that cannot be read takes its open alarms along; no violation stays active for ever because of it.</summary>
public sealed class LostAlarmsTests : IAsyncLifetime
{
    private readonly ManualTime _clock = new();
    private readonly string _directory = System.IO.Directory.CreateTempSubdirectory("defender-lost-").FullName;

    public async Task InitializeAsync()
    {
        await using (TestGateway gateway = await TestGateway.StartAsync(clock: _clock, directory: _directory))
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
        {
            await device.ReportAsync("pump-17", Reports.Listening(1, 23, 2323));
            await gateway.Output.WaitForAsync("in-alarm", "no-telnet-2323");
        }

        using SqliteStore store = SqliteStore.Open(_directory);
        var damaged = new StoreBatch();
        damaged.ThingStates.Add(new ThingStateRow("pump-17", new byte[3], InAlarm: true, DateTimeOffset.UnixEpoch));
        store.Commit(damaged);
    }

    public Task DisposeAsync()
    {
        System.IO.Directory.Delete(_directory, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_sweep_voids_them()
    {
        await using (TestGateway gateway = await TestGateway.StartAsync(clock: _clock, directory: _directory))
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await gateway.Output.WaitForAsync("alarm-invalidated", "behavior=no-telnet-23 ");
            await gateway.Output.WaitForAsync("alarm-invalidated", "behavior=no-telnet-2323 ");
        }

        Assert.Empty(Active());
    }

    [Fact]
    public async Task A_report_that_violates_opens_others()
    {
        IReadOnlyList<StoredViolation> before = Active();
        Assert.Equal(2, before.Count);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await using (TestGateway gateway = await TestGateway.StartAsync(clock: _clock, directory: _directory))
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
        {
            await device.ReportAsync("pump-17", Reports.Listening(2, 2323));
            await gateway.Output.WaitForAsync("in-alarm", "behavior=no-telnet-2323 ");
        }

        StoredViolation active = Assert.Single(Active());
        Assert.DoesNotContain(before, violation => violation.ViolationId == active.ViolationId);
    }

    private IReadOnlyList<StoredViolation> Active()
    {
        using SqliteStore store = SqliteStore.OpenForReading(_directory);
        return store.ListActiveViolations(ViolationFilter.None, before: null, limit: 10);
    }
}
