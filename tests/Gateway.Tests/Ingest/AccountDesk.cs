using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Admin;
using Defender.Gateway.Alerts;
using Defender.Gateway.Control;
using Defender.Gateway.Export;
using Defender.Gateway.Hosting;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>An account and the desk that judges by it, without sockets and threads: reports and changes take effect when they are called.</summary>
internal sealed class AccountDesk : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-desk-").FullName;
    private readonly SqliteStore _store;
    private readonly StoreBatch _batch = new();
    private readonly GatewayMetrics _metrics = new();
    private ReportRecorder _recorder = null!;
    private ReportDesk _desk = null!;
    private AlarmSweep _sweep = null!;
    private long _reports;

    public AccountDesk()
    {
        _store = SqliteStore.Open(_directory);
        Restart();
    }

    public static IReadOnlyCollection<KeyValuePair<string, string>> NoTags => [];

    public ManualTime Clock { get; } = new();

    public ControlPlane Control { get; private set; } = null!;

    public IStore Store => _store;

    public IReadOnlyList<StoredViolation> Active => _store.ListActiveViolations(ViolationFilter.None, before: null, 100);

    /// <summary>Types of the events of a violation, the oldest first.</summary>
    public string[] EventsOf(string violationId) =>
        [.. _store.NewestEvents(1000).Where(row => row.ViolationId == violationId).Select(row => row.Type).Reverse()];

    /// <summary>Everything is made anew from the store.</summary>
    public void Restart()
    {
        var arns = new Arns(Arns.DefaultRegion, Arns.DefaultAccountId);
        var budget = new LogBudget(Clock);
        var outbox = new Outbox(_store);
        Control = new ControlPlane(_store, arns, Clock);
        _recorder = new ReportRecorder(
            Control,
            new MetricLog(_store, new SeriesTable(_store)),
            new TrainingLedger(_store),
            new MetricsExporter(outbox, Clock, budget, NullLogger<MetricsExporter>.Instance),
            new AlertRouter(AlertConfiguration.None, _store, outbox, Clock, budget, NullLogger<AlertRouter>.Instance),
            outbox);
        _desk = new ReportDesk(
            _store, Control, _recorder, new GatewayOptions { DataDirectory = _directory }, Clock, _metrics, new RejectLog(), budget, NullLogger<ReportDesk>.Instance);
        _sweep = new AlarmSweep(_store, new ReportMailbox());
        Control.Changed += _sweep.Request;
    }

    /// <summary>Changes the account, and has the sweep look at whom it concerns.</summary>
    public void Change(Action<ControlDraft> change)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        Control.Change(change);
        Sweep();
    }

    public void Sweep()
    {
        while (_sweep.TryTake(out string? thing))
            _desk.Advance(thing!, _batch);
        Commit();
    }

    /// <summary>A report of how many bytes went out, a second after whatever was before.</summary>
    public void Report(string thing, long bytesOut) => Report(thing, "{\"network_stats\":{\"bytes_out\":" + bytesOut + "}}");

    /// <summary>A report with these metrics, and with these custom ones.</summary>
    public void Report(string thing, string metrics, string? custom = null)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        string rest = custom is null ? "" : $",\"custom_metrics\":{custom}";
        string report = "{\"header\":{\"report_id\":" + ++_reports + ",\"version\":\"1.0\"},\"metrics\":" + metrics + rest + "}";
        var request = new ReportRequest();
        Assert.True(request.TryFill(Encoding.UTF8.GetBytes(Reports.Topic(thing)), Encoding.UTF8.GetBytes(report)));
        _desk.Judge(request, _batch);
        Assert.EndsWith("/accepted", Encoding.UTF8.GetString(request.AnswerTopic), StringComparison.Ordinal);
        request.Release();
        Commit();
    }

    /// <summary>Creates a profile of these behaviors and attaches it.</summary>
    public void Attach(string profile, string target, params object[] behaviors) => Change(draft =>
    {
        SecurityProfiles.Create(draft, profile, JsonSerializer.SerializeToElement(new { behaviors }));
        SecurityProfiles.AttachTo(draft, profile, target);
    });

    /// <summary>Bytes out in five minutes have to stay below a limit.</summary>
    public static object Below(int limit, string name = "few-bytes") => new
    {
        name,
        metric = "aws:all-bytes-out",
        criteria = new { comparisonOperator = "less-than", value = new { count = limit }, durationSeconds = 300 },
    };

    public void Dispose()
    {
        _store.Dispose();
        _metrics.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Commit()
    {
        if (!_batch.IsEmpty)
        {
            _store.Commit(_batch);
            _recorder.Stored(_batch);
        }

        _batch.Clear();
    }
}
