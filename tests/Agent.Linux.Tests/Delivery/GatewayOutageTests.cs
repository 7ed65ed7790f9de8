using System;
using System.Linq;
using System.Threading.Tasks;
using Xunit;
using static Defender.Agent.Linux.Tests.Delivery.RunningLoop;

namespace Defender.Agent.Linux.Tests.Delivery;

public sealed class GatewayOutageTests : IAsyncLifetime
{
    private readonly RunningLoop _loop = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _loop.DisposeAsync();

    [Fact]
    public async Task While_the_gateway_is_away_it_says_so_at_once_then_once_a_minute_and_when_it_is_back()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Gateway.IsAway = true;
        _loop.Start();
        await _loop.LogHas(201, 1);

        DateTimeOffset start = _loop.Time.GetUtcNow();
        while (_loop.Time.GetUtcNow() - start < TimeSpan.FromMinutes(10))
        {
            int attempts = _loop.Gateway.Attempts;
            DateTimeOffset before = _loop.Time.GetUtcNow();
            await _loop.AdvanceUntil(() => _loop.Gateway.Attempts > attempts);
            Assert.InRange(_loop.Time.GetUtcNow() - before, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(30));
        }

        Assert.Equal(
            "warn 201 No connection to mqtt://gateway:1883: Connection refused. Trying on; next word in a minute", _loop.Log.Of(201).Single());
        Assert.InRange(_loop.Log.Of(202).Length, 6, 10);
        Assert.InRange(_loop.Gateway.Attempts, 20, 50);

        _loop.Gateway.IsAway = false;
        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 1);
        Assert.Matches(@"^info 203 Connected to mqtt://gateway:1883 \(192\.0\.2\.1:1883, MQTT 5\.0\) again after \d+ failed attempts in [\d.]+ s$", _loop.Log.Of(203).Single());
    }

    [Fact]
    public async Task After_a_lost_connection_it_reconnects_and_keeps_the_interval()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.LogHas(301, 1);
        _loop.Gateway.Connections[0].Drop();
        await _loop.LogHas(204, 1);
        Assert.True(_loop.Gateway.Connections[0].IsDisposed);

        await _loop.AdvanceUntil(() => _loop.Log.Of(203).Length == 1);
        Assert.Single(_loop.Gateway.Reports); // the next one is not due yet, and a gateway that throttles would refuse it

        await _loop.AdvanceToReport(2);
        Assert.Equal(1795219500, ReportIdOf(_loop.Gateway.Reports[1].Payload));
    }

    [Fact]
    public async Task A_report_without_PUBACK_goes_out_again_on_the_next_connection_and_traffic_counts_on()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Start();
        await _loop.LogHas(301, 1);
        _loop.Traffic.Bytes += 100;
        _loop.Gateway.DropsReports = true;
        await _loop.AdvanceToReport(2);
        await _loop.LogHas(204, 1);
        _loop.Gateway.DropsReports = false;
        _loop.Traffic.Bytes += 1;

        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 2);

        await _loop.AdvanceToReport(4);
        Assert.Equal([null, 100, 100, 1], _loop.Gateway.Reports.Select(report => BytesIn(report.Payload)));
        Assert.Equal(_loop.Gateway.Reports[1].Payload, _loop.Gateway.Reports[2].Payload);
    }

    [Fact]
    public async Task An_endpoint_that_takes_connections_and_drops_reports_is_backed_off_from_and_logged_once_a_minute()
    {
        _loop.Gateway.DropsReports = true;
        _loop.Start();
        DateTimeOffset start = _loop.Time.GetUtcNow();
        while (_loop.Time.GetUtcNow() - start < TimeSpan.FromMinutes(10))
        {
            int attempts = _loop.Gateway.Attempts;
            await _loop.AdvanceUntil(() => _loop.Gateway.Attempts > attempts);
        }

        Assert.InRange(_loop.Gateway.Attempts, 20, 50);
        Assert.Single(_loop.Log.Of(204));
        Assert.InRange(_loop.Log.Of(202).Length + _loop.Log.Of(203).Length, 6, 20);
    }

    [Fact]
    public void An_endpoint_that_acknowledges_and_then_drops_the_connection_is_backed_off_from_too()
    {
        _loop.Start();
        for (int second = 0; second < 600; second++)
        {
            _loop.Advance(TimeSpan.FromSeconds(1));
            foreach (FakeGateway.Connection connection in _loop.Gateway.Connections)
                connection.Drop();
        }

        // Ten minutes with a longest wait of 30 s; without a back-off there are hundreds.
        Assert.InRange(_loop.Gateway.Attempts, 10, 60);
        Assert.InRange(_loop.Log.Of(204).Length, 1, 2);
    }

    [Fact]
    public async Task The_back_off_starts_over_with_a_delivered_report()
    {
        _loop.Gateway.Answers = Accepted;
        _loop.Gateway.IsAway = true;
        _loop.Start();
        await _loop.AdvanceUntil(() => _loop.Gateway.Attempts == 10);
        _loop.Gateway.IsAway = false;
        await _loop.AdvanceUntil(() => _loop.Log.Of(301).Length == 1);

        _loop.Gateway.Connections[0].Drop();
        await _loop.LogHas(204, 1);
        DateTimeOffset lostAt = _loop.Time.GetUtcNow();
        await _loop.AdvanceUntil(() => _loop.Gateway.Connections.Count == 2);

        Assert.InRange(_loop.Time.GetUtcNow() - lostAt, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(false, 303)]
    [InlineData(true, 205)]
    public async Task Once_gives_up_after_30_seconds(bool isAway, int eventId)
    {
        _loop.Gateway.IsAway = isAway;
        _loop.Start(once: true);
        DateTimeOffset start = _loop.Time.GetUtcNow();
        await _loop.AdvanceUntil(() => _loop.Time.GetUtcNow() - start >= TimeSpan.FromSeconds(30));

        Assert.False(await _loop.Running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(30), _loop.Time.GetUtcNow() - start);
        Assert.Single(_loop.Log.Of(eventId));
    }
}
