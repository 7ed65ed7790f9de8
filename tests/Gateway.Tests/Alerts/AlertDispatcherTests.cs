using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

public sealed class AlertDispatcherTests : IAsyncLifetime
{
    private const string First = "arn:aws:sns:us-east-1:123456789012:first";
    private const string Second = "arn:aws:sns:us-east-1:123456789012:second";
    private const string ToFirst = AlertRouter.DestinationPrefix + First;
    private const string ToSecond = AlertRouter.DestinationPrefix + Second;

    private readonly OutboxBench _bench = new();
    private readonly Dictionary<string, ScriptedSink> _sinks = new(StringComparer.Ordinal) { [First] = new(), [Second] = new() };
    private AlertDispatcher? _dispatcher;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await StopAsync();
        _bench.Dispose();
    }

    [Fact]
    public async Task What_was_left_from_before_goes_out_in_order()
    {
        string[] bodies = [.. Enumerable.Range(0, 100).Select(i => $"m{i}")];
        _bench.Post(ToFirst, bodies);
        _bench.Restart();

        await StartAsync();
        await EmptyAsync(ToFirst);

        Assert.Equal(bodies, _sinks[First].Tries.Select(message => message.MessageId));
    }

    [Fact]
    public async Task A_commit_wakes_the_sink_and_nothing_ticks_in_between()
    {
        await StartAsync();
        _bench.Post(ToFirst, "a");
        await EmptyAsync(ToFirst);
        Assert.Equal(0, _bench.Clock.TimersSet);

        _bench.Post(ToFirst, "b", "c");
        await EmptyAsync(ToFirst);

        Assert.Equal(["a", "b", "c"], _sinks[First].Tries.Select(message => message.MessageId));
        Assert.Empty(_sinks[Second].Tries);
    }

    [Fact]
    public async Task What_is_committed_while_it_starts_is_not_missed()
    {
        // The message comes between the first look at the store and the wait.
        _bench.Store.AfterNextRead = () => _bench.Post(ToFirst, "a");

        await StartAsync();

        await EmptyAsync(ToFirst);
    }

    [Fact]
    public async Task A_sink_that_fails_delays_no_other()
    {
        _sinks[First].Answer = _ => new TaskCompletionSource<Delivery>().Task;
        await StartAsync();
        _bench.Post(ToFirst, "a");
        _bench.Post(ToSecond, "b");

        await EmptyAsync(ToSecond);

        Assert.Single(_sinks[Second].Tries);
    }

    [Fact]
    public async Task What_fails_is_tried_again_until_it_goes_and_keeps_its_place()
    {
        _sinks[First].Fail();
        _bench.Post(ToFirst, "a", "b");
        await StartAsync();
        for (int i = 1; i <= 30; i++)
        {
            await TriesAsync(i);
            await RestAsync();
        }

        await TriesAsync(31);
        _sinks[First].Take();
        await RestAsync();
        await EmptyAsync(ToFirst);

        Assert.Equal(["a", "a", "b"], _sinks[First].Tries.Select(message => message.MessageId).TakeLast(3));
        Assert.Contains("2 wait", await _bench.Log.WaitForAsync("Warning", First, "it is down"), StringComparison.Ordinal);
        await _bench.Log.WaitForAsync("Information", First, "taken again");
        Assert.Equal(2, _bench.Log.Lines.Count);
    }

    [Fact]
    public async Task A_sink_that_throws_is_one_that_fails()
    {
        _sinks[First].Answer = _ => throw new InvalidOperationException("a bug");
        await StartAsync();
        _bench.Post(ToFirst, "a");
        await TriesAsync(1);
        _sinks[First].Take();
        await RestAsync();

        await EmptyAsync(ToFirst);

        await _bench.Log.WaitForAsync("Warning", "InvalidOperationException: a bug");
    }

    [Fact]
    public async Task A_message_that_is_refused_ten_times_is_named_and_given_up()
    {
        _sinks[First].Answer = message => Task.FromResult(message.MessageId == "bad" ? Delivery.Refused("it answered 404") : Delivery.Delivered);
        await StartAsync();
        _bench.Post(ToFirst, "bad", "good");
        for (int i = 1; i < SinkWorker.MaxRefusals; i++)
        {
            await TriesAsync(i);
            await RestAsync();
        }

        await EmptyAsync(ToFirst);

        Assert.Equal(SinkWorker.MaxRefusals, _sinks[First].Tries.Count(message => message.MessageId == "bad"));
        Assert.Equal("good", _sinks[First].Tries.Last().MessageId);
        await _bench.Log.WaitForAsync("Error", "bad", First, "it answered 404", "given up");
    }

    [Fact]
    public async Task What_nobody_takes_in_two_weeks_is_given_up_with_all_that_is_as_old()
    {
        _sinks[First].Fail();
        await StartAsync();
        _bench.Post(ToFirst, "old", "as-old");
        await TriesAsync(1);
        await Eventually.TrueAsync(() => _bench.Clock.TimersSet > 0, "a wait after a failure");

        _bench.Clock.Advance(SinkWorker.MaxAge - TimeSpan.FromDays(1));
        Assert.Equal(2, _bench.Waiting(ToFirst).Count);
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        await Eventually.TrueAsync(
            () =>
            {
                // It may wait once more, or have seen the time already.
                if (_bench.Clock.UntilNext is { } wait)
                    _bench.Clock.Advance(wait);
                return _bench.Waiting(ToFirst).Count == 0;
            },
            "both are given up");
        await _bench.Log.WaitForAsync("Error", "alert as-old", "14 days");
        int tries = _sinks[First].Tries.Count;
        Assert.DoesNotContain("as-old", _sinks[First].Tries.Select(message => message.MessageId));

        _bench.Post(ToFirst, "new");
        await TriesAsync(tries + 1);
        Assert.Equal("new", _sinks[First].Tries.Last().MessageId);
    }

    [Fact]
    public async Task What_was_delivered_and_not_taken_off_comes_again_with_the_same_id_after_a_crash()
    {
        await StartAsync();
        _bench.Post(ToFirst, "a");
        await EmptyAsync(ToFirst);

        // From here on nothing can be written: the process ends with the message delivered and still stored.
        var delivered = new TaskCompletionSource();
        _sinks[First].Answer = _ =>
        {
            _bench.Store.IsFull = true;
            delivered.TrySetResult();
            return Task.FromResult(Delivery.Delivered);
        };
        _bench.Post(ToFirst, "b");
        await delivered.Task.WaitAsync(TestGateway.Deadline);
        await StopAsync();
        _bench.Restart();
        Assert.Equal(["b"], _bench.Waiting(ToFirst).Select(message => message.MessageId));

        _sinks[First].Take();
        await StartAsync();
        await EmptyAsync(ToFirst);

        Assert.Equal(["a", "b", "b"], _sinks[First].Tries.Select(message => message.MessageId));
    }

    [Fact]
    public async Task While_the_store_cannot_be_written_nothing_is_delivered_twice()
    {
        await StartAsync();
        _sinks[First].Answer = _ =>
        {
            _bench.Store.IsFull = true;
            return Task.FromResult(Delivery.Delivered);
        };
        _bench.Post(ToFirst, "a", "b");
        await _bench.Log.WaitForAsync("Error", First, "cannot be read or taken off");
        await RestAsync();
        await RestAsync();

        _bench.Store.IsFull = false;
        await RestAsync();
        await EmptyAsync(ToFirst);

        Assert.Equal(["a", "b"], _sinks[First].Tries.Select(message => message.MessageId));
    }

    [Fact]
    public async Task Messages_of_a_sink_that_is_gone_wait_and_are_told_of()
    {
        _bench.Post("alert:arn:aws:sns:us-east-1:123456789012:gone", "old");
        _bench.Clock.Advance(SinkWorker.MaxAge);
        _bench.Post("alert:arn:aws:sns:us-east-1:123456789012:gone", "new");

        await StartAsync();

        Assert.Contains("1 alerts wait", await _bench.Log.WaitForAsync("123456789012:gone"), StringComparison.Ordinal);
        Assert.Equal("new", Assert.Single(_bench.Waiting("alert:arn:aws:sns:us-east-1:123456789012:gone")).MessageId);
    }

    [Fact]
    public void Waits_grow_to_five_minutes_and_are_spread_over_all_that_is_below()
    {
        var limits = new double[12];
        var least = new double[12];
        Array.Fill(least, double.MaxValue);
        for (int seed = 0; seed < 500; seed++)
        {
            var backoff = new RetryBackoff(new Random(seed));
            for (int i = 0; i < limits.Length; i++)
            {
                double wait = backoff.Next().TotalSeconds;
                limits[i] = Math.Max(limits[i], wait);
                least[i] = Math.Min(least[i], wait);
            }
        }

        for (int i = 0; i < limits.Length; i++)
        {
            double limit = Math.Min(300, Math.Pow(2, i));
            Assert.InRange(limits[i], limit * 0.97, limit);
            Assert.InRange(least[i], 0, limit * 0.03);
        }
    }

    private async Task StartAsync()
    {
        var configuration = new AlertConfiguration([new MqttSinkOptions(First, "a"), new MqttSinkOptions(Second, "b")]);
        _dispatcher = new AlertDispatcher(
            configuration, _bench.Outbox, options => _sinks[options.TopicArn], _bench.Clock, new Random(1), _bench.Budget, _bench.Logger<AlertDispatcher>());
        await _dispatcher.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        if (_dispatcher is null)
            return;
        await _dispatcher.StopAsync(CancellationToken.None).WaitAsync(TestGateway.Deadline);
        _dispatcher.Dispose();
        _dispatcher = null;
    }

    private Task EmptyAsync(string destination) => Eventually.TrueAsync(
        () => _bench.Outbox.CountWaiting(destination) == 0 && _bench.Waiting(destination).Count == 0, $"{destination} is empty");

    private Task TriesAsync(int count) => Eventually.TrueAsync(() => _sinks[First].Tries.Count >= count, $"try {count}");

    // The one sink that fails waits for the clock.
    private async Task RestAsync()
    {
        await Eventually.TrueAsync(() => _bench.Clock.TimersSet > 0, "a wait after a failure");
        _bench.Clock.Advance(_bench.Clock.UntilNext!.Value);
    }
}
