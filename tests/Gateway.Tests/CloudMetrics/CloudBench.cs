using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
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
using Defender.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Defender.Gateway.Tests.CloudMetrics;

/// <summary>A ledger of clients with everything behind it, the one owner of the things included; only the endpoint is missing.</summary>
internal sealed class CloudBench : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-cloud-").FullName;
    private readonly Func<GatewayOptions, GatewayOptions> _configure;
    private readonly LoggerFactory _loggers;
    private readonly GatewayMetrics _metrics = new();
    private ReportOwner _owner = null!;
    private ViolationConsole _console = null!;
    private SeriesTable _series = null!;

    private CloudBench(Func<GatewayOptions, GatewayOptions>? configure)
    {
        _loggers = new LoggerFactory([Log]);
        _configure = configure ?? (options => options);
        Store = new FaultyStore(_directory);
    }

    /// <summary>Stands at midnight: a multiple of every period.</summary>
    public ManualTime Clock { get; } = new();

    public FaultyStore Store { get; private set; }

    public ControlPlane Control { get; private set; } = null!;

    public ClientLedger Ledger { get; private set; } = null!;

    public CloudPeriods Periods { get; private set; } = null!;

    public ReportMailbox Mailbox { get; private set; } = null!;

    public LineLog Log { get; } = new();

    public static async Task<CloudBench> StartAsync(Func<GatewayOptions, GatewayOptions>? configure = null)
    {
        var bench = new CloudBench(configure);
        await bench.OpenAsync();
        return bench;
    }

    /// <summary>Creates a profile of these behaviors, and attaches it to all things unless told otherwise.</summary>
    public void Attach(object[] behaviors, string target = "all/things", string name = "cloud", object? more = null) => Control.Change(draft =>
    {
        Dictionary<string, object> document = new() { ["behaviors"] = behaviors };
        foreach (JsonProperty member in JsonSerializer.SerializeToElement(more ?? new { }).EnumerateObject())
            document[member.Name] = member.Value;
        SecurityProfiles.Create(draft, name, JsonSerializer.SerializeToElement(document));
        SecurityProfiles.Attach(draft, name, $"arn:aws:iot:{Arns.DefaultRegion}:{Arns.DefaultAccountId}:{target}");
    });

    public void Define(string dimension, params string[] filters) =>
        Control.Change(draft => Dimensions.Create(draft, dimension, filters, clientRequestToken: null, []));

    public void Register(string thing) => Control.Change(draft => Things.Create(draft, thing, thingTypeName: null, given: null, billingGroupName: null));

    /// <summary>At most so many of a metric in a period.</summary>
    public static object AtMost(string metric, long limit, string? dimension = null, string op = "IN", int? seconds = 300)
    {
        Dictionary<string, object> criteria = new() { ["comparisonOperator"] = "less-than-equals", ["value"] = new { count = limit } };
        if (seconds is { } duration)
            criteria["durationSeconds"] = duration;
        Dictionary<string, object> behavior = new() { ["name"] = $"few-{metric[4..]}", ["metric"] = metric, ["criteria"] = criteria };
        if (dimension is not null)
            behavior["metricDimension"] = new Dictionary<string, string> { ["dimensionName"] = dimension, ["operator"] = op };
        return behavior;
    }

    /// <summary>Lets periods pass, and returns when the owner has judged the last one.</summary>
    public async Task NextPeriodAsync(int periods = 1)
    {
        for (int i = 0; i < periods; i++)
        {
            Clock.Advance(CloudPeriods.DefaultLength);
            await SettleAsync();
        }
    }

    /// <summary>Returns when the owner has judged all that waits.</summary>
    public async Task SettleAsync()
    {
        do
            await PassAsync();
        while (Periods.HasMore);

        // What was taken last is judged and stored before the report that comes behind it.
        await PassAsync();
    }

    /// <summary>The types of a thing's events with their times, the oldest first.</summary>
    public (string Type, DateTimeOffset Time)[] EventsOf(string thing) =>
        [.. Store.NewestEvents(1000).Where(row => row.ThingName == thing).Select(row => (row.Type, row.Time)).Reverse()];

    /// <summary>The values that are listed of a series, the oldest first.</summary>
    public MetricSample[] Listed(string thing, Metric metric, MetricDimension? dimension = null) =>
        [.. new MetricValueReader(Store, _series).Newest(thing, metric, dimension, Clock.GetUtcNow().AddDays(-30), Clock.GetUtcNow(), 10_000).Reverse()];

    public long[] Counts(string thing, Metric metric, MetricDimension? dimension = null) =>
        [.. Listed(thing, metric, dimension).Select(sample => sample.Value.Count)];

    /// <summary>Stops as a gateway does, or as one that is killed, and starts anew.</summary>
    public async Task RestartAsync(bool isKilled = false, Action? whileStopping = null)
    {
        if (!isKilled)
            await Periods.StoppingAsync(CancellationToken.None);
        whileStopping?.Invoke();
        Store.IsFull = isKilled;
        await StopAsync();
        Store = new FaultyStore(_directory);
        await OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _loggers.Dispose();
        _metrics.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task OpenAsync()
    {
        GatewayOptions options = _configure(new GatewayOptions { DataDirectory = _directory });
        var budget = new LogBudget(Clock);
        var outbox = new Outbox(Store);
        Control = new ControlPlane(Store, new Arns(options.Region, options.AccountId), Clock);
        Mailbox = new ReportMailbox();
        _series = new SeriesTable(Store);
        Ledger = new ClientLedger(Control, options, Clock, Logger<ClientLedger>());
        Periods = new CloudPeriods(Ledger, Mailbox, Store, options, Clock, Logger<CloudPeriods>());
        var recorder = new ReportRecorder(
            Control,
            new MetricLog(Store, _series),
            new TrainingLedger(Store),
            new MetricsExporter(outbox, Clock, budget, NullLogger<MetricsExporter>.Instance),
            new AlertRouter(AlertConfiguration.None, Store, outbox, Clock, budget, NullLogger<AlertRouter>.Instance),
            outbox);
        var sweep = new AlarmSweep(Store, Mailbox);
        Control.Changed += sweep.Request;
        _console = new ViolationConsole(TextWriter.Null, Clock, NullLogger<ViolationConsole>.Instance);
        _owner = new ReportOwner(
            Mailbox,
            new ReportDesk(Store, Control, recorder, options, Clock, _metrics, new RejectLog(), budget, NullLogger<ReportDesk>.Instance),
            recorder, sweep, new ThingStatusTopic(new RecordingPublisher(), Store), Periods, Store, _console, Clock, _metrics, budget, Logger<ReportOwner>());
        await _owner.StartAsync(CancellationToken.None);
        await Periods.StartAsync(CancellationToken.None);
    }

    // A report that nobody can read goes through the owner and leaves nothing behind.
    private async Task PassAsync()
    {
        var probe = new ReportRequest();
        probe.TryFill(Encoding.UTF8.GetBytes(Reports.Topic("probe")), "no report"u8);
        await Mailbox.SubmitAsync(probe);
        probe.Release();
    }

    private ILogger<T> Logger<T>() => _loggers.CreateLogger<T>();

    private async Task StopAsync()
    {
        Periods.Dispose();
        await _owner.StopAsync(CancellationToken.None);
        _owner.Dispose();
        await _console.DisposeAsync();
        Store.Dispose();
    }
}
