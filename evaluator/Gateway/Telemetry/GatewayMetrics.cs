using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Api.Operations;

namespace Defender.Gateway.Telemetry;

/// <summary>
/// Everything the gateway counts of itself. Thread-safe; counting allocates nothing. Names of things, profiles and topics are
/// never labels.
/// </summary>
internal sealed class GatewayMetrics : IDisposable
{
    private static readonly ImmutableArray<string> ViolationTypes = [.. Enum.GetValues<ViolationEventType>().Select(type => type.ToWireName())];
    private static readonly ImmutableArray<string> CallOutcomes = ["ok", "refused", "failed"];
    private static readonly ImmutableArray<string> CommitOutcomes = ["stored", "failed"];

    // What names no operation has the last place.
    private static readonly ImmutableArray<string> Operations = [.. OperationTable.All.Select(operation => operation.Name), "none"];
    private static readonly FrozenDictionary<string, int> OperationPlaces =
        Operations.Select((name, place) => KeyValuePair.Create(name, place)).ToFrozenDictionary(StringComparer.Ordinal);

    private readonly CounterSet _reports = new(LabelNames.Of<ReportOutcome>().Length, isHot: true);
    private readonly CounterSet _datapoints = new(1, isHot: true);
    private readonly CounterSet _commits = new(CommitOutcomes.Length);
    private readonly CounterSet _violations = new(ViolationTypes.Length);
    private readonly CounterSet _calls = new(Operations.Length * CallOutcomes.Length);
    private readonly CounterSet _deliveries = new(LabelNames.Of<DeliveryOutcome>().Length);
    private readonly LatencyHistogram _reportDuration;
    private readonly LatencyHistogram _callDuration;
    private Func<int> _mailbox = static () => 0;
    private long _storeBytes;

    public GatewayMetrics()
    {
        Registry.Counters("defender.reports", "{report}", "Reports by what became of them.", _reports, "outcome", LabelNames.Of<ReportOutcome>());
        _reportDuration = Registry.Histogram("defender.report.duration", "From a report's arrival to the end of its judgement, stored.");
        Registry.Gauge("defender.mailbox.reports", "{report}", "Reports that wait for the judge.", () => _mailbox());
        Registry.Counter("defender.datapoints", "{datapoint}", "Datapoints that were judged.", () => _datapoints[0]);
        Registry.Counters("defender.violation.events", "{event}", "Violation events by type.", _violations, "type", ViolationTypes);
        Registry.Counters("defender.store.commits", "{commit}", "Transactions of the judge.", _commits, "outcome", CommitOutcomes);
        Registry.Gauge("defender.store.size", "By", "Size of the store, measured each minute.", () => Interlocked.Read(ref _storeBytes));
        Registry.Counters("defender.alert.deliveries", "{delivery}", "Attempts to deliver an alert.", _deliveries, "outcome", LabelNames.Of<DeliveryOutcome>());
        Registry.Add(new MetricFamily("defender.api.requests", "{request}", "Requests to the API.", MetricFamilyKind.Counter, ReadCalls));
        _callDuration = Registry.Histogram("defender.api.duration", "From a request to the end of its answer.");
        Mqtt = new MqttMetrics(Registry);
        ProcessMetrics.AddTo(Registry);
    }

    public MetricRegistry Registry { get; } = new();

    /// <summary>What the endpoint counts.</summary>
    public MqttMetrics Mqtt { get; }

    /// <summary>A report is done with.</summary>
    public void Report(ReportOutcome outcome, TimeSpan duration)
    {
        _reports.Add((int)outcome);
        _reportDuration.Record(duration);
    }

    public void Datapoints(int count) => _datapoints.Add(0, count);

    public void Commit(bool isStored) => _commits.Add(isStored ? 0 : 1);

    /// <summary>A violation event was stored.</summary>
    /// <param name="type">Its name on the wire.</param>
    public void Violation(string type)
    {
        int place = ViolationTypes.IndexOf(type);
        if (place >= 0)
            _violations.Add(place);
    }

    /// <summary>A request was answered.</summary>
    /// <param name="operation">Its operation; null where it names none.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="duration">How long that took.</param>
    public void Call(string? operation, int status, TimeSpan duration)
    {
        int place = operation is not null && OperationPlaces.TryGetValue(operation, out int known) ? known : Operations.Length - 1;
        int outcome = status < 400 ? 0 : status < 500 ? 1 : 2;
        _calls.Add((place * CallOutcomes.Length) + outcome);
        _callDuration.Record(duration);
    }

    /// <summary>An attempt to deliver an alert.</summary>
    public void AlertDelivery(DeliveryOutcome outcome) => _deliveries.Add((int)outcome);

    public void StoreSize(long bytes) => Interlocked.Exchange(ref _storeBytes, bytes);

    /// <summary>Says how many reports wait, when somebody asks.</summary>
    public void ObserveMailbox(Func<int> waiting) => _mailbox = waiting;

    public void Dispose() => Registry.Dispose();

    // Operations that were never called are left out: there are many.
    private IEnumerable<MetricPoint> ReadCalls() =>
        from place in Enumerable.Range(0, Operations.Length)
        from outcome in Enumerable.Range(0, CallOutcomes.Length)
        let count = _calls[(place * CallOutcomes.Length) + outcome]
        where count > 0
        select new MetricPoint(
            count,
            new KeyValuePair<string, object?>("operation", Operations[place]),
            new KeyValuePair<string, object?>("outcome", CallOutcomes[outcome]));
}
