using System;
using System.IO;
using Defender.Gateway.Alerts;
using Defender.Gateway.Control;
using Defender.Gateway.Export;
using Defender.Gateway.Hosting;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;
using Defender.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>What a change of the registry makes the gateway look at.</summary>
public sealed class TouchedThingsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-touched-").FullName;
    private readonly SqliteStore _store;

    public TouchedThingsTests() => _store = SqliteStore.Open(_directory);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_thing_that_never_reported_is_not_stored_for_being_looked_at()
    {
        var batch = new StoreBatch();

        Desk().Advance("pump-17", batch);

        Assert.True(batch.IsEmpty);
    }

    private ReportDesk Desk()
    {
        var clock = new ManualTime();
        var budget = new LogBudget(clock);
        var control = new ControlPlane(_store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), clock);
        var outbox = new Outbox(_store);
        var recorder = new ReportRecorder(
            control,
            new MetricLog(_store, new SeriesTable(_store)),
            new TrainingLedger(_store),
            new MetricsExporter(outbox, clock, budget, NullLogger<MetricsExporter>.Instance),
            new AlertRouter(AlertConfiguration.None, _store, outbox, clock, budget, NullLogger<AlertRouter>.Instance),
            outbox);
        return new ReportDesk(_store, control, recorder, new GatewayOptions { DataDirectory = _directory }, clock, budget, NullLogger<ReportDesk>.Instance);
    }
}
