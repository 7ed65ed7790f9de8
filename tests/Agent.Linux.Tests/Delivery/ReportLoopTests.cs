using System;
using System.IO;
using System.Linq;
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

public sealed class ReportLoopTests : IAsyncDisposable
{
    private readonly FakeTime _time = new();
    private readonly FakeGateway _gateway = new();
    private readonly Traffic _traffic = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly LogLines _log;
    private Task<bool> _running = Task.FromResult(false);

    public ReportLoopTests() => _log = new LogLines(_time);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _log.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Subscribes_to_both_answers_before_it_reports_and_reports_at_once()
    {
        _gateway.Answers = Accepted;
        Start();
        await LogHas(301, 1);

        Assert.Equal(
            ["$aws/things/pump-17/defender/metrics/json/accepted", "$aws/things/pump-17/defender/metrics/json/rejected"],
            _gateway.Connections[0].Subscriptions);
        Assert.Equal("$aws/things/pump-17/defender/metrics/json", _gateway.Reports[0].Topic);
        Assert.Equal(
            ["info 200 Connected to mqtt://gateway:1883",
                $"info 300 Report 1795219200 published: {_gateway.Reports[0].Payload.Length} bytes to $aws/things/pump-17/defender/metrics/json, acknowledged by the endpoint",
                "info 301 Report 1795219200 accepted"],
            _log.All().Where(line => !line.Contains(" 402 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reports_each_interval_with_growing_ids_and_the_traffic_since_the_last()
    {
        _gateway.Answers = Accepted;
        Start();
        await LogHas(301, 1);
        _traffic.Bytes += 100;
        await AdvanceToReport(2);
        _traffic.Bytes += 7;
        await AdvanceToReport(3);

        Assert.Equal([null, 100, 7], _gateway.Reports.Select(report => BytesIn(report.Payload)));
        Assert.Equal([1795219200, 1795219500, 1795219800], _gateway.Reports.Select(report => ReportIdOf(report.Payload)));
    }

    [Fact]
    public async Task A_rejected_report_is_logged_with_its_reason_and_its_traffic_kept()
    {
        _gateway.Answers = number => (number != 2, number == 2
            ? Json("""{"status":"REJECTED","statusDetails":{"ErrorCode":"Throttled","ErrorMessage":"Too\nmany","Detail":"R18"}}""")
            : Json("""{"status":"ACCEPTED"}"""));
        Start();
        await LogHas(301, 1);
        _traffic.Bytes += 100;
        await AdvanceToReport(2);
        await LogHas(302, 1);
        _traffic.Bytes += 11;
        await AdvanceToReport(3);
        await LogHas(301, 2);
        _traffic.Bytes += 5;
        await AdvanceToReport(4);

        // A line feed of the gateway does not start a line of the log.
        Assert.Equal("warn 302 Report 1795219500 rejected: Throttled: Too many (R18)", _log.Of(302).Single());
        Assert.Equal([null, 100, 111, 5], _gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task An_unanswered_report_is_logged_and_its_traffic_kept()
    {
        Start();
        await Published(1);
        _traffic.Bytes += 100;
        await AdvanceToReport(2);
        await AdvanceToReport(3);

        Assert.Equal(
            "warn 303 Report 1795219200 not answered within 30 s, its traffic goes into the next one; does a gateway serve this endpoint?",
            _log.Of(303)[0]);
        Assert.Equal([null, 100, 100], _gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task An_answer_that_comes_late_still_counts()
    {
        Start();
        await Published(1);
        _traffic.Bytes += 100;
        await AdvanceToReport(2);
        await AdvanceUntil(() => _log.Of(303).Length == 2);

        _gateway.Connections[0].Answer(true, Json("""{"status":"ACCEPTED","reportId":1795219500}"""));
        await LogHas(301, 1);
        _traffic.Bytes += 3;
        await AdvanceToReport(3);

        Assert.Equal([null, 100, 3], _gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task Answers_to_other_reports_and_other_topics_are_not_taken()
    {
        Start();
        await Published(1);
        FakeGateway.Connection connection = _gateway.Connections[0];
        connection.Answer(true, Json("""{"status":"ACCEPTED","reportId":5}"""));
        connection.Send("$aws/things/pump-18/defender/metrics/json/accepted", Json("""{"status":"ACCEPTED"}"""));
        connection.Answer(true, Json("ACCEPTED"));
        await LogHas(305, 1);

        Assert.Empty(_log.Of(301));
        connection.Answer(false, Json("""{"status":"REJECTED","reportId":1795219200}"""));
        await LogHas(302, 1);
    }

    [Fact]
    public async Task An_interval_shorter_than_the_patience_is_kept_without_answers()
    {
        Start(interval: TimeSpan.FromSeconds(5));
        await Published(1);
        long[] due = [1795219205, 1795219210, 1795219215];
        for (int report = 2; report <= 4; report++)
            await AdvanceToReport(report);

        Assert.Equal(due, _gateway.Reports.Skip(1).Select(report => ReportIdOf(report.Payload)));
    }

    [Fact]
    public async Task While_the_gateway_is_away_it_says_so_at_once_then_once_a_minute_and_when_it_is_back()
    {
        _gateway.Answers = Accepted;
        _gateway.IsAway = true;
        Start();
        await LogHas(201, 1);

        DateTimeOffset start = _time.GetUtcNow();
        while (_time.GetUtcNow() - start < TimeSpan.FromMinutes(10))
        {
            int attempts = _gateway.Attempts;
            DateTimeOffset before = _time.GetUtcNow();
            await AdvanceUntil(() => _gateway.Attempts > attempts);
            Assert.InRange(_time.GetUtcNow() - before, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
        }

        Assert.Equal(
            "warn 201 No connection to mqtt://gateway:1883: Connection refused. Trying on; next word in a minute", _log.Of(201).Single());
        Assert.InRange(_log.Of(202).Length, 6, 10);
        Assert.InRange(_gateway.Attempts, 20, 50);

        _gateway.IsAway = false;
        await AdvanceUntil(() => _log.Of(301).Length == 1);
        Assert.Matches(@"^info 203 Connected to mqtt://gateway:1883 again after \d+ failed attempts in [\d.]+ s$", _log.Of(203).Single());
    }

    [Fact]
    public async Task After_a_lost_connection_it_reconnects_and_keeps_the_interval()
    {
        _gateway.Answers = Accepted;
        Start();
        await LogHas(301, 1);
        _gateway.Connections[0].Drop();
        await LogHas(204, 1);
        Assert.True(_gateway.Connections[0].IsDisposed);

        await AdvanceUntil(() => _log.Of(203).Length == 1);
        Assert.Single(_gateway.Reports); // the next one is not due yet, and a gateway that throttles would refuse it

        await AdvanceToReport(2);
        Assert.Equal(1795219500, ReportIdOf(_gateway.Reports[1].Payload));
    }

    [Fact]
    public async Task A_report_without_PUBACK_goes_out_anew_on_the_next_connection()
    {
        _gateway.Answers = Accepted;
        Start();
        await LogHas(301, 1);
        _traffic.Bytes += 100;
        _gateway.DropsReports = true;
        await AdvanceToReport(2);
        await LogHas(204, 1);
        _gateway.DropsReports = false;
        _traffic.Bytes += 1;

        await AdvanceUntil(() => _log.Of(301).Length == 2);

        Assert.Equal([null, 100, 101], _gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task An_endpoint_that_takes_connections_and_drops_reports_is_backed_off_from_and_logged_once_a_minute()
    {
        _gateway.DropsReports = true;
        Start();
        DateTimeOffset start = _time.GetUtcNow();
        while (_time.GetUtcNow() - start < TimeSpan.FromMinutes(10))
        {
            int attempts = _gateway.Attempts;
            await AdvanceUntil(() => _gateway.Attempts > attempts);
        }

        Assert.InRange(_gateway.Attempts, 20, 50);
        Assert.Single(_log.Of(204));
        Assert.InRange(_log.Of(202).Length + _log.Of(203).Length, 6, 20);
    }

    [Fact]
    public async Task The_back_off_starts_over_with_a_delivered_report()
    {
        _gateway.Answers = Accepted;
        _gateway.IsAway = true;
        Start();
        await AdvanceUntil(() => _gateway.Attempts == 10);
        _gateway.IsAway = false;
        await AdvanceUntil(() => _log.Of(301).Length == 1);

        _gateway.Connections[0].Drop();
        await LogHas(204, 1);
        DateTimeOffset lostAt = _time.GetUtcNow();
        await AdvanceUntil(() => _gateway.Connections.Count == 2);

        Assert.InRange(_time.GetUtcNow() - lostAt, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_report_that_lists_less_than_there_is_says_so()
    {
        _gateway.Answers = Accepted;
        _traffic.Connections = 3;
        Start(once: true, caps: new ReportCaps(Ports: 1, Connections: 2));

        Assert.True(await _running);
        Assert.Equal(
            "info 304 Report 1795219200 lists 0 of 0 ports and 2 of 3 connections; the totals are true", _log.Of(304).Single());
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_and_does_not_end_the_agent()
    {
        _gateway.Answers = number => number == 1 ? throw new InvalidOperationException("a bug") : Accepted(number);
        Start();
        await LogHas(109, 1);
        Assert.StartsWith(
            "error 109 Unexpected failure, the agent goes on: System.InvalidOperationException: a bug", _log.Of(109)[0], StringComparison.Ordinal);

        await AdvanceUntil(() => _log.Of(301).Length == 1);
    }

    [Fact]
    public async Task A_stop_disconnects()
    {
        Start();
        await Published(1);

        await _stop.CancelAsync();
        await _running;

        Assert.True(_gateway.Connections[0].IsDisconnected);
        Assert.True(_gateway.Connections[0].IsDisposed);
        Assert.Single(_log.Of(101));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Once_ends_with_the_answer_to_the_first_report(bool accepted)
    {
        _gateway.Answers = _ => (accepted, File.ReadAllBytes(RepositoryFiles.Contract("responses", "rejected-invalid-payload-no-id.json")));
        if (accepted)
            _gateway.Answers = Accepted;

        Start(once: true);

        Assert.Equal(accepted, await _running);
        Assert.Single(_gateway.Reports);
        Assert.True(_gateway.Connections[0].IsDisconnected);
    }

    [Theory]
    [InlineData(false, 303)]
    [InlineData(true, 205)]
    public async Task Once_gives_up_after_30_seconds(bool isAway, int eventId)
    {
        _gateway.IsAway = isAway;
        Start(once: true);
        DateTimeOffset start = _time.GetUtcNow();
        await AdvanceUntil(() => _time.GetUtcNow() - start >= TimeSpan.FromSeconds(30));

        Assert.False(await _running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(30), _time.GetUtcNow() - start);
        Assert.Single(_log.Of(eventId));
    }

    [Fact]
    public async Task Cbor_reports_go_to_their_own_topics_and_their_answers_are_read()
    {
        _gateway.Answers = _ => (true, [0xA1, 0x66, .. "status"u8, 0x68, .. "ACCEPTED"u8]);
        Start(ReportFormat.Cbor, once: true);

        Assert.True(await _running);
        Assert.Equal("$aws/things/pump-17/defender/metrics/cbor", _gateway.Reports[0].Topic);
        Assert.Equal(0xA2, _gateway.Reports[0].Payload[0]);
    }

    private static (bool Accepted, byte[] Document)? Accepted(int number) => (true, Json("""{"status":"ACCEPTED"}"""));

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static long? BytesIn(byte[] payload)
    {
        using JsonDocument report = JsonDocument.Parse(payload);
        return report.RootElement.GetProperty("metrics").TryGetProperty("network_stats", out JsonElement stats)
            ? stats.GetProperty("bytes_in").GetInt64()
            : null;
    }

    private static long ReportIdOf(byte[] payload)
    {
        using JsonDocument report = JsonDocument.Parse(payload);
        return report.RootElement.GetProperty("header").GetProperty("report_id").GetInt64();
    }

    private void Start(ReportFormat format = ReportFormat.Json, TimeSpan? interval = null, bool once = false, ReportCaps? caps = null)
    {
        Assert.True(ThingName.TryParse("pump-17", out ThingName? thing, out _));
        ReportOptions options = new() { Thing = thing, Format = format, Interval = interval ?? TimeSpan.FromSeconds(300), Once = once };
        ReportCollector collector = new(_traffic, new FakeAddresses(), _traffic, caps ?? ReportCaps.Default, _time, _log.Log);
        ReportLoop loop = new(_gateway, collector, options, new Random(17), _time, _log.Log);
        _running = loop.RunAsync(_stop.Token);
    }

    private Task LogHas(int eventId, int lines) =>
        Eventually.TrueAsync(() => _log.Of(eventId).Length >= lines, () => $"{lines} lines of event {eventId} in\n{_log}");

    private Task Published(int reports) => Eventually.TrueAsync(() => _gateway.Reports.Count >= reports, _log.ToString);

    private Task AdvanceToReport(int number) => AdvanceUntil(() => _gateway.Reports.Count >= number);

    /// <summary>Moves the clock from timer to timer, each time only when the loop waits for one.</summary>
    private async Task AdvanceUntil(Func<bool> condition)
    {
        while (!condition())
        {
            await Eventually.TrueAsync(() => condition() || _time.Waiting > 0, _log.ToString);
            if (!condition() && _time.UntilNext is { } next)
                _time.Advance(next);
        }
    }

    /// <summary>A machine with one interface and some connections to itself.</summary>
    private sealed class Traffic : ISocketSource, ICounterSource
    {
        public long Bytes { get; set; } = 1000;

        public int Connections { get; set; }

        public string CountedInterfaces => "eth0";

        public int Visit(SocketProtocol protocol, SocketRowVisitor visit)
        {
            IpValue loopback = IpValue.FromIpv4(0x7F000001);
            for (int i = 0; protocol == SocketProtocol.Tcp && i < Connections; i++)
                visit(new SocketRow(loopback, 50_000 + i, loopback, 443, SocketRow.Established));
            return 0;
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
