using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Hosting;
using Defender.Gateway.Storage;
using Defender.Gateway.Telemetry;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

/// <summary>What is forgotten by age and by size, and what a store that fails does to it.</summary>
public sealed class RetentionServiceTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly GatewayMetrics _metrics = new();
    private readonly OutboxBench _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Values_and_violations_go_when_they_are_as_old_as_was_asked_for()
    {
        DateTimeOffset now = _bench.Clock.GetUtcNow();
        for (int day = 0; day <= 4; day++)
            AddValues(now.AddDays(-day), bytes: 10);
        Add("ended", now.AddDays(-3), now.AddHours(-49));
        Add("recent", now.AddDays(-3), now.AddHours(-47));
        Add("open", now.AddDays(-30), endedAt: null);

        await RunAsync(
            options => options with { MetricRetention = TimeSpan.FromDays(3), ViolationRetention = TimeSpan.FromDays(2) },
            () => Days().Length == 4);

        Assert.Equal([0, 1, 2, 3], Days());
        Assert.Null(_bench.Store.ReadViolation("ended"));
        Assert.NotNull(_bench.Store.ReadViolation("recent"));
        Assert.NotNull(_bench.Store.ReadViolation("open"));
    }

    [Fact]
    public async Task Whole_days_go_the_oldest_first_until_the_store_is_small_enough()
    {
        for (int day = 0; day <= 4; day++)
            AddValues(_bench.Clock.GetUtcNow().AddDays(-day), bytes: 200_000);
        long limit = _bench.Store.MeasureSize() - 250_000;

        await RunAsync(options => options with { MaxStoreBytes = limit }, () => Days().Length == 3);

        Assert.Equal([0, 1, 2], Days());
        Assert.InRange(_bench.Store.MeasureSize(), 1, limit);
        Assert.Equal(2, _bench.Log.Lines.Count(line => line.Contains("oldest day of metric values is forgotten", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Today_s_values_stay_however_small_the_store_should_be()
    {
        for (int day = 0; day <= 2; day++)
            AddValues(_bench.Clock.GetUtcNow().AddDays(-day), bytes: 1000);

        await RunAsync(
            options => options with { MaxStoreBytes = 1 },
            () => _bench.Log.Lines.Any(line => line.Contains("no day of metric values is left to forget", StringComparison.Ordinal)));

        Assert.Equal([0], Days());
    }

    [Fact]
    public async Task A_store_that_fails_is_logged_and_asked_again_a_minute_later()
    {
        AddValues(_bench.Clock.GetUtcNow().AddDays(-20), bytes: 10);
        _bench.Store.IsFull = true;
        using RetentionService service = Service(options => options);
        await service.StartAsync(CancellationToken.None);
        await _bench.Log.WaitForAsync("Error: cannot forget what is old", "disk is full");
        Assert.NotEmpty(Days());

        _bench.Store.IsFull = false;
        await _bench.Clock.WhenTimerIsSetAsync(Interval);
        _bench.Clock.Advance(Interval);

        await Eventually.TrueAsync(() => Days().Length == 0, "forgotten in the next minute");
        await service.StopAsync(CancellationToken.None);
    }

    private async Task RunAsync(Func<GatewayOptions, GatewayOptions> configure, Func<bool> isDone)
    {
        using RetentionService service = Service(configure);
        await service.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(isDone, "what is old is forgotten");
        await service.StopAsync(CancellationToken.None);
    }

    private RetentionService Service(Func<GatewayOptions, GatewayOptions> configure) => new(
        _bench.Store, configure(new GatewayOptions { DataDirectory = "unused" }), _bench.Clock, _metrics, _bench.Budget, _bench.Logger<RetentionService>());

    private void AddValues(DateTimeOffset start, int bytes)
    {
        _bench.Batch.MetricBlocks.Add(new MetricBlockRow("pump", start, new byte[bytes]));
        _bench.Commit();
    }

    private void Add(string id, DateTimeOffset startedAt, DateTimeOffset? endedAt)
    {
        var begin = new StoredViolationEvent(id, "pump", "p", "b", "STATIC", false, StoredViolationEvent.InAlarm, startedAt, "{}"u8.ToArray())
        {
            Behavior = "{}"u8.ToArray(),
            MetricValue = "{}"u8.ToArray(),
        };
        _bench.Batch.ViolationEvents.Add(begin);
        if (endedAt is { } end)
            _bench.Batch.ViolationEvents.Add(begin with { Type = "alarm-cleared", Time = end, Behavior = null, MetricValue = null });
        _bench.Commit();
    }

    // The days before today that values are kept of.
    private int[] Days() =>
    [
        .. _bench.Store.ReadMetricBlocks("pump", DateTimeOffset.UnixEpoch, _bench.Clock.GetUtcNow().AddDays(1), 100)
            .Select(block => (int)(_bench.Clock.GetUtcNow().Date - block.Start.Date).TotalDays),
    ];
}
