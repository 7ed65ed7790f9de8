using System;
using System.Linq;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Storage;
using Xunit;
using static Defender.Gateway.Tests.CloudMetrics.CloudBench;

namespace Defender.Gateway.Tests.CloudMetrics;

public sealed class DisconnectDurationTests : IAsyncLifetime
{
    private CloudBench _bench = null!;

    public async Task InitializeAsync()
    {
        _bench = await StartAsync();
        _bench.Attach([AtMost("aws:disconnect-duration", 90, seconds: null)]);
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Seconds_are_told_each_full_hour_and_when_a_client_comes_or_goes()
    {
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        await _bench.NextPeriodAsync(2);
        _bench.Clock.Advance(TimeSpan.FromSeconds(60));
        client.Closed();
        await _bench.NextPeriodAsync(24);
        _bench.Ledger.Open("pump-17", null);
        await _bench.NextPeriodAsync(10);

        // At 00:05 connected, at 00:15 away for four minutes, then each hour from 00:11 on; back at 02:11, and still here at 03:00.
        Assert.Equal([0, 240, 49 * 60, 109 * 60, 0, 0], Seconds("pump-17"));
        Assert.Equal(
            [(0, 5), (0, 15), (1, 0), (2, 0), (2, 15), (3, 0)],
            _bench.Listed("pump-17", BuiltInMetrics.DisconnectDuration)
                .Select(sample => DateTimeOffset.FromUnixTimeMilliseconds(sample.Time))
                .Select(time => (time.Hour, time.Minute)));
        Assert.Equal(["in-alarm", "alarm-cleared"], _bench.EventsOf("pump-17").Select(row => row.Type));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_is_away_stays_away_through_a_restart(bool isKilled)
    {
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        _bench.Ledger.Open("pump-18", null);
        client.Closed();
        await _bench.NextPeriodAsync();
        await _bench.RestartAsync(isKilled);
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        _bench.Ledger.Open("pump-18", null);
        await _bench.NextPeriodAsync(22);

        Assert.Equal([5 * 60, 60 * 60, 120 * 60], Seconds("pump-17").Where(seconds => seconds > 0));
        Assert.Single(_bench.EventsOf("pump-17"));
        Assert.All(Seconds("pump-18"), seconds => Assert.Equal(0, seconds));
    }

    [Fact]
    public async Task Who_was_connected_is_away_since_the_start()
    {
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        await _bench.NextPeriodAsync();
        _bench.Clock.Advance(TimeSpan.FromMinutes(10));
        await _bench.RestartAsync(whileStopping: () =>
        {
            client.Closed();
            _bench.Clock.Advance(TimeSpan.FromMinutes(20));
        });
        await _bench.NextPeriodAsync(5);

        Assert.Equal([25 * 60], Seconds("pump-17").Where(seconds => seconds > 0));
    }

    [Fact]
    public async Task What_was_stored_and_is_damaged_starts_anew()
    {
        _bench.Ledger.Open("pump-17", null);
        await _bench.NextPeriodAsync();
        var batch = new StoreBatch();
        batch.Values["client-disconnects"] = (byte[])[1, 200, 1, 2];
        await _bench.RestartAsync();
        _bench.Store.Commit(batch);
        await _bench.RestartAsync(isKilled: true);

        await _bench.Log.WaitForAsync("Error: what was stored of clients that were away (4 bytes) is damaged");
    }

    [Fact]
    public async Task An_unregistered_client_is_forgotten_after_two_days_and_a_thing_is_not()
    {
        _bench.Register("pump-17");
        _bench.Ledger.Open("pump-17", null).Closed();
        _bench.Ledger.Open("stranger", null).Closed();
        for (int hour = 0; hour < 50; hour++)
            await NextHourAsync();

        Assert.Equal(49, Seconds("stranger").Length);
        Assert.Equal(51, Seconds("pump-17").Length);
        Assert.Equal(1, _bench.Ledger.Count);
    }

    private async Task NextHourAsync()
    {
        _bench.Clock.Advance(TimeSpan.FromHours(1) - CloudPeriods.DefaultLength);
        await _bench.SettleAsync();
        await _bench.NextPeriodAsync();
    }

    private long[] Seconds(string thing) => _bench.Counts(thing, BuiltInMetrics.DisconnectDuration);
}
