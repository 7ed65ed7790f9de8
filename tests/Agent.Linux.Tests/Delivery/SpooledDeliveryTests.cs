using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Defender.Agent.Linux.Delivery;
using Defender.Agent.Linux.State;
using Defender.Mqtt;
using Defender.Mqtt.Client;
using Xunit;
using static Defender.Agent.Linux.Tests.Delivery.RunningLoop;

namespace Defender.Agent.Linux.Tests.Delivery;

/// <summary>What cannot be delivered at once.</summary>
public sealed class SpooledDeliveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(300);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-spooled-").FullName;
    private RunningLoop _loop;

    public SpooledDeliveryTests() => _loop = NewLoop();

    private string SpoolFolder => Path.Combine(_directory, "spool");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _loop.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task After_an_outage_of_seventy_intervals_the_newest_sixty_four_arrive_once_each_at_a_bounded_rate()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(Interval * 70);
        Assert.Empty(_loop.Gateway.Reports);
        Assert.Equal(64, Directory.GetFiles(SpoolFolder).Length);

        _loop.Gateway.IsAway = false;
        await _loop.AdvanceToReport(1);
        DateTimeOffset first = _loop.Time.GetUtcNow();
        await _loop.AdvanceToReport(64);

        Assert.InRange(_loop.Time.GetUtcNow() - first, TimeSpan.FromSeconds(62), TimeSpan.FromSeconds(65));
        _loop.Advance(TimeSpan.FromSeconds(60));
        long[] ids = [.. _loop.Gateway.Reports.Select(report => ReportIdOf(report.Payload))];
        Assert.Equal(64, ids.Length);
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(1795219200 + (300 * 70), ids[^1]);
        Assert.Equal(64, ids.Distinct().Count());
        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    public async Task A_kept_report_that_cannot_be_read_now_is_sent_when_it_can()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(TimeSpan.FromSeconds(60));
        string file = Assert.Single(Directory.GetFiles(SpoolFolder));
        File.Move(file, _directory + "/aside");
        File.CreateSymbolicLink(file, file);
        _loop.Gateway.IsAway = false;
        _loop.Advance(TimeSpan.FromSeconds(120));
        Assert.Empty(_loop.Gateway.Reports);

        File.Move(_directory + "/aside", file, overwrite: true);
        await _loop.AdvanceToReport(1);

        Assert.Equal(1795219200, ReportIdOf(_loop.Gateway.Reports[0].Payload));
    }

    [Fact]
    public async Task The_report_that_is_due_goes_before_those_that_wait()
    {
        _loop.Delivery = Options(replayInterval: TimeSpan.FromSeconds(200));
        _loop.Gateway.Answers = Accepted;
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(Interval * 5);
        _loop.Gateway.IsAway = false;
        await _loop.AdvanceToReport(5);

        long[] late = [.. _loop.Gateway.Reports.Select(report => (ReportIdOf(report.Payload) - 1795219200) / 300)];
        Assert.Equal(0, late[0]);
        Assert.Contains(6, late);
        Assert.Equal([0, 1, 2], late.Where(number => number < 6).Take(3));
    }

    [Fact]
    public async Task A_good_day_writes_nothing_but_the_reservation_of_ids()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.LogHas(301, 1);
        byte[] state = File.ReadAllBytes(Path.Combine(_directory, "state"));
        _loop.Advance(Interval * 200);

        Assert.Equal(201, _loop.Gateway.Reports.Count);
        Assert.False(Directory.Exists(SpoolFolder));
        Assert.Equal(state, File.ReadAllBytes(Path.Combine(_directory, "state")));
    }

    [Fact]
    public async Task What_waits_at_the_end_is_sent_by_the_next_agent_and_ids_go_on()
    {
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(Interval * 2);
        await _loop.EndAsync();
        DateTimeOffset stopped = _loop.Time.GetUtcNow();
        await _loop.DisposeAsync();

        _loop = NewLoop();
        _loop.Time.Advance(stopped - _loop.Time.GetUtcNow() + TimeSpan.FromSeconds(7));
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.AdvanceToReport(4);

        Assert.Equal(
            [1795219807, 1795219200, 1795219500, 1795219800], _loop.Gateway.Reports.Select(report => ReportIdOf(report.Payload)));
        Assert.Single(_loop.Log.Of(504));
    }

    [Fact]
    public async Task A_report_whose_connection_ends_before_its_answer_is_sent_again_and_not_more_often()
    {
        _loop.Start();
        await _loop.Published(1);
        _loop.Gateway.Connections[0].Drop();
        _loop.Gateway.Answers = Accepted;
        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 1);
        _loop.Advance(TimeSpan.FromSeconds(200));

        Assert.Equal([1795219200, 1795219200], _loop.Gateway.Reports.Select(report => ReportIdOf(report.Payload)));
        Assert.Empty(Directory.GetFiles(SpoolFolder));
    }

    [Fact]
    public async Task A_report_that_will_never_pass_is_given_up_and_does_not_hold_up_the_others()
    {
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(Interval * 2);
        _loop.Gateway.Answers = number => number == 1
            ? (false, Json("""{"status":"REJECTED","statusDetails":{"ErrorCode":"InvalidPayload","ErrorMessage":"Malformed metrics report"}}"""))
            : Accepted(number);
        _loop.Gateway.IsAway = false;
        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 2);
        _loop.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(3, _loop.Gateway.Reports.Count);
        Assert.Equal("error 308 Report 1795219200 is given up: it would be rejected again, and holds up those behind it", _loop.Log.Of(308).Single());
        AgentStatus status = Status();
        Assert.Equal((1L, 2L, 0L), (status.GivenUp, status.Accepted, status.Spooled));
        Assert.Equal((1795219200, "InvalidPayload", "Malformed metrics report"), (status.LastRejectedId, status.RejectCode, status.RejectMessage));
    }

    [Fact]
    public async Task An_endpoint_that_throttles_what_waits_is_asked_ever_less_often_and_takes_the_newest()
    {
        _loop.Gateway.IsAway = true;
        _loop.Start();
        _loop.Advance(Interval * 3);
        HashSet<long> old = [1795219200, 1795219500, 1795219800, 1795220100];
        _loop.Gateway.Answers = number => old.Contains(ReportIdOf(_loop.Gateway.Reports[number - 1].Payload))
            ? (false, Json("""{"status":"REJECTED","statusDetails":{"ErrorCode":"Throttled"}}"""))
            : Accepted(number);
        _loop.Gateway.IsAway = false;
        _loop.Advance(Interval * 40);

        int tries = _loop.Gateway.Reports.Count(report => old.Contains(ReportIdOf(report.Payload)));
        Assert.InRange(tries, 4, 12);
        Assert.Equal(40, _loop.Gateway.Reports.Count - tries);
        Assert.Equal(4, Directory.GetFiles(SpoolFolder).Length);
    }

    [Theory]
    [InlineData(MqttReasonCode.QuotaExceeded, true)]
    [InlineData(MqttReasonCode.NotAuthorized, true)]
    [InlineData(MqttReasonCode.PayloadFormatInvalid, false)]
    [InlineData(MqttReasonCode.PacketTooLarge, false)]
    public async Task A_PUBACK_that_refuses_keeps_the_connection_and_what_may_pass_later(MqttReasonCode reason, bool isKept)
    {
        _loop.Gateway.Refuses = new MqttException(MqttFailure.Refused, $"The server refuses it: {reason}.") { ReasonCode = reason };
        _loop.Start();
        await _loop.LogHas(306, 1);

        Assert.Equal($"warn 306 Report 1795219200 not taken: The server refuses it: {reason}", _loop.Log.Of(306).Single());
        Assert.Equal((isKept ? 1 : 0, isKept ? 0 : 1), (_loop.Log.Of(307).Length, _loop.Log.Of(308).Length));
        Assert.Single(_loop.Gateway.Connections);
    }

    [Fact]
    public async Task A_spooled_report_of_the_other_format_goes_to_its_own_topic_and_is_answered_there()
    {
        new Spool(new StateDirectory(_directory, _loop.Log.Log), 64, _loop.Log.Log).Add(1795219000, Core.Reports.ReportFormat.Cbor, [0xA0]);
        _loop.Gateway.Answers = number => number == 2 ? (true, [0xA1, 0x66, .. "status"u8, 0x68, .. "ACCEPTED"u8]) : Accepted(number);
        _loop.Start();
        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 2);

        Assert.Equal(
            ["$aws/things/pump-17/defender/metrics/json", "$aws/things/pump-17/defender/metrics/cbor"], _loop.Gateway.Reports.Select(report => report.Topic));
        Assert.Equal(4, _loop.Gateway.Connections[0].Subscriptions.Count);
    }

    [Fact]
    public async Task The_status_says_how_it_is_at_most_once_a_second()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        _loop.Advance(TimeSpan.FromSeconds(2));
        AgentStatus status = Status();
        Assert.Equal(("pump-17", "mqtt://gateway:1883", "192.0.2.1:1883", "5.0"), (status.Thing, status.Endpoint, status.Peer, status.MqttVersion));
        Assert.Equal((1795219200, 1795219200, 1L), (status.LastReportId, status.LastAcceptedId, status.Accepted));
        Assert.Equal(1795219200, status.ConnectedSince!.Value.ToUnixTimeSeconds());

        _loop.Gateway.IsAway = true;
        _loop.Gateway.Connections[0].Drop();
        _loop.Advance(Interval);
        status = Status();
        Assert.Null(status.ConnectedSince);
        Assert.Equal(("Connection refused.", 1L), (status.LastError, status.Spooled));
        await _loop.EndAsync();
    }

    [Fact]
    public async Task Whoever_watches_hears_of_start_connection_life_and_end()
    {
        Watcher watcher = new();
        _loop.Liveness = watcher;
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        _loop.Advance(TimeSpan.FromSeconds(35));
        await _loop.EndAsync();

        Assert.Equal(
            ["ready", "alive", "Connected to mqtt://gateway:1883 (192.0.2.1:1883, MQTT 5.0)", "alive", "alive", "alive", "stopping"], watcher.Heard);
    }

    private AgentStatus Status()
    {
        Assert.True(AgentStatus.TryRead(Path.Combine(_directory, "status.json"), out AgentStatus? status, out string? error), error);
        return status;
    }

    private RunningLoop NewLoop() => new() { Delivery = Options(TimeSpan.FromSeconds(1)) };

    private DeliveryOptions Options(TimeSpan replayInterval) => new()
    {
        Endpoint = new Endpoint("gateway", 1883, false),
        LongestRetryWait = TimeSpan.FromSeconds(30),
        ReplayInterval = replayInterval,
        StateDirectory = _directory,
        StatusFile = Path.Combine(_directory, "status.json"),
    };

    private sealed class Watcher : ILiveness
    {
        public List<string> Heard { get; } = [];

        public TimeSpan AliveEvery => TimeSpan.FromSeconds(10);

        public void Ready() => Heard.Add("ready");

        public void Status(string text) => Heard.Add(text);

        public void Alive() => Heard.Add("alive");

        public void Stopping() => Heard.Add("stopping");
    }
}
