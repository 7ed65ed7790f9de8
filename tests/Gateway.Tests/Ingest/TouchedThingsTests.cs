using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Admin;
using Defender.Gateway.Alerts;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Defender.Gateway.Export;
using Defender.Gateway.Hosting;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Tests.Export;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt.Client;
using Defender.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>What a change of the registry makes the gateway look at.</summary>
public sealed class TouchedThingsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-touched-").FullName;
    private readonly ManualTime _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_thing_that_never_reported_is_not_stored_for_being_looked_at()
    {
        using var bench = new Bench(_directory, _clock);
        var batch = new StoreBatch();

        bench.Desk.Advance("pump-17", batch);

        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public async Task An_alarm_that_ended_in_a_sweep_that_failed_ends_in_the_next()
    {
        await using (TestGateway gateway = await TestGateway.StartAsync(clock: _clock, directory: _directory))
        await using (MqttClient device = await gateway.ConnectAsync("pump-17"))
            await device.ReportAsync("pump-17", Reports.Listening(1, 2323));

        using var bench = new Bench(_directory, _clock);
        bench.Control.Change(draft => SecurityProfiles.Delete(draft, "attack-surface", expectedVersion: null));
        Assert.Single(bench.Active());

        // The thing is looked at first; then the list of all that are in alarm fails.
        bench.Store.FailingLists = 1;
        bench.Sweep.Request(new ControlChange(false, new HashSet<string> { "pump-17" }));
        bench.Sweep.RequestAll();
        using ReportOwner owner = bench.Owner();
        await owner.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Volatile.Read(ref bench.Store.FailingLists) <= 0, "a sweep");
        bench.Sweep.RequestAll();
        await Eventually.TrueAsync(() => bench.Active().Count == 0, "no active violation");
        await owner.StopAsync(CancellationToken.None);
    }

    private sealed class Bench : IDisposable
    {
        private readonly ReportMailbox _mailbox = new();
        private readonly ReportRecorder _recorder;
        private readonly ManualTime _clock;
        private readonly LogBudget _budget;
        private readonly GatewayMetrics _metrics = new();

        public Bench(string directory, ManualTime clock)
        {
            _clock = clock;
            _budget = new LogBudget(clock);
            Store = new FaultyStore(directory);
            Control = new ControlPlane(Store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), clock);
            Sweep = new AlarmSweep(Store, _mailbox);
            var outbox = new Outbox(Store);
            _recorder = new ReportRecorder(
                Control,
                new MetricLog(Store, new SeriesTable(Store)),
                new TrainingLedger(Store),
                new MetricsExporter(outbox, clock, _budget, NullLogger<MetricsExporter>.Instance),
                new AlertRouter(AlertConfiguration.None, Store, outbox, clock, _budget, NullLogger<AlertRouter>.Instance),
                outbox);
            Desk = new ReportDesk(
                Store, Control, _recorder, new GatewayOptions { DataDirectory = directory }, clock, _metrics, new RejectLog(), _budget, NullLogger<ReportDesk>.Instance);
        }

        public FaultyStore Store { get; }

        public ControlPlane Control { get; }

        public AlarmSweep Sweep { get; }

        public ReportDesk Desk { get; }

        public ReportOwner Owner() => new(
            _mailbox, Desk, _recorder, Sweep, new ThingStatusTopic(new RecordingPublisher(), Store), Periods(), Store, new ViolationConsole(TextWriter.Null, _clock, NullLogger<ViolationConsole>.Instance), _clock, _metrics, _budget,
            NullLogger<ReportOwner>.Instance);

        private CloudPeriods Periods()
        {
            var options = new GatewayOptions { DataDirectory = "unused" };
            return new CloudPeriods(
                new ClientLedger(Control, options, _clock, NullLogger<ClientLedger>.Instance), _mailbox, Store, options, _clock, NullLogger<CloudPeriods>.Instance);
        }

        public IReadOnlyList<StoredViolation> Active() => Store.ListActiveViolations(ViolationFilter.None, before: null, limit: 10);

        public void Dispose()
        {
            Store.Dispose();
            _metrics.Dispose();
        }
    }
}
