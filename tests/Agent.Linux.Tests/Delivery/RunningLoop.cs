using System;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Metrics;
using Defender.Agent.Linux.Tests.Collectors;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>A report loop between a gateway, a clock and a machine that the test moves.</summary>
internal sealed class RunningLoop : IAsyncDisposable
{
    private readonly TurnContext _context = new();
    private Task<bool> _running = Task.FromResult(false);

    public RunningLoop() => Log = new LogLines(Time);

    public ManualTime Time { get; } = new();

    public FakeGateway Gateway { get; } = new();

    public Machine Traffic { get; } = new();

    public CancellationTokenSource Stop { get; } = new();

    public LogLines Log { get; }

    /// <summary>The loop, after it has done what it can do at this time of the clock.</summary>
    public Task<bool> Running
    {
        get
        {
            Turn();
            return _running;
        }
    }

    public DeliveryOptions Delivery { get; set; } = new()
    {
        Endpoint = new Endpoint("gateway", 1883, false),
        LongestRetryWait = TimeSpan.FromSeconds(30),
    };

    public ILiveness Liveness { get; set; } = NoLiveness.Instance;

    public CustomMetricCollector? CustomMetrics { get; set; }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Log.Dispose();
        Stop.Dispose();
    }

    /// <summary>Stops the loop in order, and waits for it.</summary>
    public async Task EndAsync()
    {
        await Stop.CancelAsync();
        // The gateway in memory closes at once.
        await Eventually.TrueAsync(() => Running.IsCompleted, Log.ToString);
        await Running;
    }

    /// <summary>Runs what is ready, on this thread alone, as the event loop of the agent does.</summary>
    public void Turn()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_context);
        while (_context.Ready.TryDequeue(out (SendOrPostCallback Callback, object? State) ready))
            ready.Callback(ready.State);
        SynchronizationContext.SetSynchronizationContext(before);
    }

    public static (bool Accepted, byte[] Document)? Accepted(int number) => (true, Json("""{"status":"ACCEPTED"}"""));

    public static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    public static long? BytesIn(byte[] payload)
    {
        using JsonDocument report = JsonDocument.Parse(payload);
        return report.RootElement.GetProperty("metrics").TryGetProperty("network_stats", out JsonElement stats)
            ? stats.GetProperty("bytes_in").GetInt64()
            : null;
    }

    public static long ReportIdOf(byte[] payload)
    {
        using JsonDocument report = JsonDocument.Parse(payload);
        return report.RootElement.GetProperty("header").GetProperty("report_id").GetInt64();
    }

    public void Start(ReportFormat format = ReportFormat.Json, TimeSpan? interval = null, bool once = false, ReportCaps? caps = null)
    {
        Assert.True(ThingName.TryParse("pump-17", out ThingName? thing, out _));
        ReportOptions options = new() { Thing = thing, Format = format, Interval = interval ?? TimeSpan.FromSeconds(300), Once = once };
        CollectorOptions collected = new() { Caps = caps ?? ReportCaps.Default };
        ReportCollector collector = new(Traffic, new FakeAddresses(), Traffic, collected, Time, Log.Log) { CustomMetrics = CustomMetrics };
        _context.Post(_ =>
        {
            ReportLoop loop = new(Gateway, collector, options, Delivery, Liveness, new Random(17), Time, Log.Log);
            _running = RunAsync(loop);
        }, null);
        Turn();

        async Task<bool> RunAsync(ReportLoop loop)
        {
            using (loop)
                return await loop.RunAsync(Stop.Token);
        }
    }

    public Task LogHas(int eventId, int lines) =>
        BecomesAsync(() => Log.Of(eventId).Length >= lines, () => $"{lines} lines of event {eventId} in\n{Log}");

    public Task Published(int reports) => BecomesAsync(() => Gateway.Reports.Count >= reports, Log.ToString);

    public Task AdvanceToReport(int number) => AdvanceUntil(() => Gateway.Reports.Count >= number);

    /// <summary>Moves the clock from timer to timer, each time only after the loop has done all it can.</summary>
    public async Task AdvanceUntil(Func<bool> condition)
    {
        Turn();
        while (!condition())
        {
            await BecomesAsync(() => condition() || Time.TimersSet > 0, Log.ToString);
            if (!condition() && Time.UntilNext is { } next)
                Time.Advance(next);
            Turn();
        }
    }

    /// <summary>Moves the clock by so much.</summary>
    public void Advance(TimeSpan span)
    {
        DateTimeOffset end = Time.GetUtcNow() + span;
        for (Turn(); Time.UntilNext is { } next && Time.GetUtcNow() + next <= end; Turn())
            Time.Advance(next);
        Time.Advance(end - Time.GetUtcNow());
        Turn();
    }

    private Task BecomesAsync(Func<bool> condition, Func<string> describe) => Eventually.TrueAsync(
        () =>
        {
            Turn();
            return condition();
        },
        describe);

    private sealed class TurnContext : SynchronizationContext
    {
        public ConcurrentQueue<(SendOrPostCallback Callback, object? State)> Ready { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) => Ready.Enqueue((d, state));

        public override SynchronizationContext CreateCopy() => this;
    }

    /// <summary>A machine with one interface and some connections to itself.</summary>
    internal sealed class Machine : ISocketSource, ICounterSource
    {
        public long Bytes { get; set; } = 1000;

        public int Connections { get; set; }

        public string CountedInterfaces => "eth0";

        public SocketWalk Visit(SocketProtocol protocol, SocketRowVisitor visit)
        {
            IpValue loopback = IpValue.FromIpv4(0x7F000001);
            for (int i = 0; protocol == SocketProtocol.Tcp && i < Connections; i++)
                visit(new SocketRow(loopback, 50_000 + i, loopback, 443, SocketRow.Established));
            return new SocketWalk(protocol == SocketProtocol.Tcp ? Connections : 0, OddRows: 0);
        }

        public int Sample(DeltaCounters counters, long uptimeMs)
        {
            counters.BeginSample(uptimeMs);
            counters.Add(2, Bytes, Bytes, Bytes, Bytes);
            counters.EndSample();
            return 0;
        }
    }
}
