using System;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Agent.Core.Counters;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Things;
using Defender.Agent.Linux.Collectors;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.Tests.Collectors;
using Defender.Tests;
using Xunit;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>A report loop between a gateway, a clock and a machine that the test moves.</summary>
internal sealed class RunningLoop : IAsyncDisposable
{
    public RunningLoop() => Log = new LogLines(Time);

    public ManualTime Time { get; } = new();

    public FakeGateway Gateway { get; } = new();

    public Machine Traffic { get; } = new();

    public CancellationTokenSource Stop { get; } = new();

    public LogLines Log { get; }

    public Task<bool> Running { get; private set; } = Task.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        await Stop.CancelAsync();
        await Running;
        Log.Dispose();
        Stop.Dispose();
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
        ReportCollector collector = new(Traffic, new FakeAddresses(), Traffic, collected, Time, Log.Log);
        ReportLoop loop = new(Gateway, collector, options, NoLiveness.Instance, new Random(17), Time, Log.Log);
        Running = loop.RunAsync(Stop.Token);
    }

    public Task LogHas(int eventId, int lines) =>
        Eventually.TrueAsync(() => Log.Of(eventId).Length >= lines, () => $"{lines} lines of event {eventId} in\n{Log}");

    public Task Published(int reports) => Eventually.TrueAsync(() => Gateway.Reports.Count >= reports, Log.ToString);

    public Task AdvanceToReport(int number) => AdvanceUntil(() => Gateway.Reports.Count >= number);

    /// <summary>Moves the clock from timer to timer, each time only when the loop waits for one.</summary>
    public async Task AdvanceUntil(Func<bool> condition)
    {
        while (!condition())
        {
            await Eventually.TrueAsync(() => condition() || Time.TimersSet > 0, Log.ToString);
            if (!condition() && Time.UntilNext is { } next)
                Time.Advance(next);
        }
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
