using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Defender.Agent.Core.Reports;
using Defender.Agent.Linux.Collectors;
using Defender.Tests;
using Xunit;
using static Defender.Agent.Linux.Tests.Delivery.RunningLoop;

namespace Defender.Agent.Linux.Tests.Delivery;

public sealed class ReportLoopTests : IAsyncLifetime
{
    private readonly RunningLoop _loop = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task Subscribes_to_both_answers_before_it_reports_and_reports_at_once()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.LogHas(301, 1);

        Assert.Equal(
            ["$aws/things/pump-17/defender/metrics/json/accepted", "$aws/things/pump-17/defender/metrics/json/rejected"],
            _loop.Gateway.Connections[0].Subscriptions);
        Assert.Equal("$aws/things/pump-17/defender/metrics/json", _loop.Gateway.Reports[0].Topic);
        Assert.Equal(
            ["info 200 Connected to mqtt://gateway:1883 (192.0.2.1:1883, MQTT 5.0)",
                $"info 300 Report 1795219200 published: {_loop.Gateway.Reports[0].Payload.Length} bytes to $aws/things/pump-17/defender/metrics/json, acknowledged by the endpoint",
                "info 301 Report 1795219200 accepted"],
            _loop.Log.All().Where(line => !line.Contains(" 402 ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reports_each_interval_with_growing_ids_and_the_traffic_since_the_last()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.LogHas(301, 1);
        _loop.Traffic.Bytes += 100;
        await _loop.AdvanceToReport(2);
        _loop.Traffic.Bytes += 7;
        await _loop.AdvanceToReport(3);

        Assert.Equal([null, 100, 7], _loop.Gateway.Reports.Select(report => BytesIn(report.Payload)));
        Assert.Equal([1795219200, 1795219500, 1795219800], _loop.Gateway.Reports.Select(report => ReportIdOf(report.Payload)));
    }

    [Fact]
    public async Task A_throttled_report_is_logged_with_its_reason_kept_and_sent_again_much_later()
    {
        _loop.Gateway.Answers = number => (number != 2, number == 2
            ? Json("""{"status":"REJECTED","statusDetails":{"ErrorCode":"Throttled","ErrorMessage":"Too\nmany","Detail":"R18"}}""")
            : Json("""{"status":"ACCEPTED"}"""));
        _loop.Start();
        await _loop.LogHas(301, 1);
        _loop.Traffic.Bytes += 100;
        await _loop.AdvanceToReport(2);
        await _loop.LogHas(302, 1);
        _loop.Traffic.Bytes += 11;
        await _loop.AdvanceToReport(3);
        await _loop.LogHas(301, 2);
        await _loop.AdvanceToReport(4);

        // A line feed of the gateway does not start a line of the log.
        Assert.Equal("warn 302 Report 1795219500 rejected: Throttled: Too many (R18)", _loop.Log.Of(302).Single());
        Assert.Matches(@"^info 307 Report 1795219500 is kept; reports that are kept go on in [3-6]\d\d\.?\d* s$", _loop.Log.Of(307).Single());
        Assert.Equal([null, 100, 11, 100], _loop.Gateway.Reports.Select(report => BytesIn(report.Payload)));
        Assert.InRange(_loop.Time.GetUtcNow().ToUnixTimeSeconds() - 1795219500, 300, 600);
    }

    [Fact]
    public async Task An_unanswered_report_is_logged_and_not_sent_again()
    {
        _loop.Start();
        await _loop.Published(1);
        _loop.Traffic.Bytes += 100;
        await _loop.AdvanceToReport(2);
        await _loop.AdvanceToReport(3);

        Assert.Equal(
            "warn 303 Report 1795219200 not answered within 30 s; the endpoint has acknowledged it, but does a gateway serve it?",
            _loop.Log.Of(303)[0]);
        Assert.Equal([null, 100, 0], _loop.Gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task An_answer_that_comes_late_is_still_told()
    {
        _loop.Start();
        await _loop.Published(1);
        _loop.Traffic.Bytes += 100;
        await _loop.AdvanceToReport(2);
        await _loop.AdvanceUntil(() => _loop.Log.Of(303).Length == 2);

        _loop.Gateway.Connections[0].Answer(true, Json("""{"status":"ACCEPTED","reportId":1795219500}"""));
        await _loop.LogHas(301, 1);
        _loop.Traffic.Bytes += 3;
        await _loop.AdvanceToReport(3);

        Assert.Equal([null, 100, 3], _loop.Gateway.Reports.Select(report => BytesIn(report.Payload)));
    }

    [Fact]
    public async Task Answers_to_other_reports_and_other_topics_are_not_taken()
    {
        _loop.Start();
        await _loop.Published(1);
        FakeGateway.Connection connection = _loop.Gateway.Connections[0];
        connection.Answer(true, Json("""{"status":"ACCEPTED","reportId":5}"""));
        connection.Send("$aws/things/pump-18/defender/metrics/json/accepted", Json("""{"status":"ACCEPTED"}"""));
        connection.Answer(true, Json("ACCEPTED"));
        await _loop.LogHas(305, 1);

        Assert.Empty(_loop.Log.Of(301));
        connection.Answer(false, Json("""{"status":"REJECTED","reportId":1795219200}"""));
        await _loop.LogHas(302, 1);
    }

    [Fact]
    public async Task An_interval_shorter_than_the_patience_is_kept_without_answers()
    {
        _loop.Start(interval: TimeSpan.FromSeconds(5));
        await _loop.Published(1);
        long[] due = [1795219205, 1795219210, 1795219215];
        for (int report = 2; report <= 4; report++)
            await _loop.AdvanceToReport(report);

        Assert.Equal(due, _loop.Gateway.Reports.Skip(1).Select(report => ReportIdOf(report.Payload)));
    }

    [Fact]
    public async Task A_report_that_lists_less_than_there_is_says_so()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Traffic.Connections = 3;
        _loop.Start(once: true, caps: new ReportCaps(Ports: 1, Connections: 2));

        Assert.True(await _loop.Running);
        Assert.Equal(
            "info 304 Report 1795219200 lists 0 of 0 ports and 2 of 3 connections; the totals are true", _loop.Log.Of(304).Single());
    }

    [Fact]
    public async Task A_fault_of_ours_is_logged_and_does_not_end_the_agent()
    {
        _loop.Gateway.Answers = number => number == 1 ? throw new InvalidOperationException("a bug") : Accepted(number);
        _loop.Start();
        await _loop.LogHas(109, 1);
        Assert.StartsWith(
            "error 109 Unexpected failure, the agent goes on: System.InvalidOperationException: a bug", _loop.Log.Of(109)[0], StringComparison.Ordinal);

        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 1);
    }

    [Fact]
    public async Task A_stop_disconnects()
    {
        _loop.Start();
        await _loop.Published(1);

        await _loop.Stop.CancelAsync();
        await _loop.Running;

        Assert.True(_loop.Gateway.Connections[0].IsDisconnected);
        Assert.True(_loop.Gateway.Connections[0].IsDisposed);
        Assert.Single(_loop.Log.Of(101));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Once_ends_with_the_answer_to_the_first_report(bool accepted)
    {
        _loop.Gateway.Answers = _ => (accepted, File.ReadAllBytes(RepositoryFiles.Contract("responses", "rejected-invalid-payload-no-id.json")));
        if (accepted)
            _loop.Gateway.Answers = Accepted;

        _loop.Start(once: true);

        Assert.Equal(accepted, await _loop.Running);
        Assert.Single(_loop.Gateway.Reports);
        Assert.True(_loop.Gateway.Connections[0].IsDisconnected);
    }

    [Fact]
    public async Task Once_does_not_promise_to_keep_a_report_that_is_throttled()
    {
        _loop.Gateway.Answers = _ => (false, Json("""{"status":"REJECTED","statusDetails":{"ErrorCode":"Throttled","ErrorMessage":"Too soon"}}"""));

        _loop.Start(once: true);

        Assert.False(await _loop.Running);
        Assert.Single(_loop.Log.Of(302));
        Assert.Empty(_loop.Log.Of(307));
    }

    [Fact]
    public async Task Cbor_reports_go_to_their_own_topics_and_their_answers_are_read()
    {
        _loop.Gateway.Answers = _ => (true, [0xA1, 0x66, .. "status"u8, 0x68, .. "ACCEPTED"u8]);
        _loop.Start(ReportFormat.Cbor, once: true);

        Assert.True(await _loop.Running);
        Assert.Equal("$aws/things/pump-17/defender/metrics/cbor", _loop.Gateway.Reports[0].Topic);
        Assert.Equal(0xA2, _loop.Gateway.Reports[0].Payload[0]);
    }
}
