using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Client;
using Defender.Tests;
using Xunit;

namespace Defender.Mqtt.Tests.Client;

public sealed class SignalTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new();
    private readonly Signal _signal;

    public SignalTests() => _signal = new Signal(_time);

    [Fact]
    public async Task A_wait_ends_with_the_set_or_with_its_time_again_and_again()
    {
        for (int i = 0; i < 3; i++)
        {
            Task<bool> wait = _signal.WaitAsync(Second, default).AsTask();
            Assert.False(wait.IsCompleted);
            _signal.Set();
            Assert.True(await wait.WaitAsync(Peer.Deadline));
            Assert.Equal(0, _time.TimersSet);

            wait = _signal.WaitAsync(Second, default).AsTask();
            _time.Advance(Second);
            Assert.False(await wait.WaitAsync(Peer.Deadline));
        }
    }

    [Fact]
    public async Task A_set_without_a_waiter_counts_for_the_next_unless_it_is_taken_back()
    {
        _signal.Set();
        _signal.Set();
        Assert.True(await _signal.WaitAsync(TimeSpan.Zero, default));
        Assert.False(await _signal.WaitAsync(TimeSpan.Zero, default));

        _signal.Set();
        _signal.Clear();
        Assert.False(await _signal.WaitAsync(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task A_wait_that_is_given_up_leaves_nothing_behind()
    {
        using CancellationTokenSource stop = new();
        Task<bool> wait = _signal.WaitAsync(Second, stop.Token).AsTask();
        await stop.CancelAsync();
        OperationCanceledException given = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait.WaitAsync(Peer.Deadline));
        Assert.Equal(stop.Token, given.CancellationToken);
        Assert.Equal(0, _time.TimersSet);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _signal.WaitAsync(Second, stop.Token).AsTask());

        wait = _signal.WaitAsync(Second, default).AsTask();
        _signal.Set();
        Assert.True(await wait.WaitAsync(Peer.Deadline));
    }

    [Fact]
    public void There_is_one_waiter_at_a_time()
    {
        _ = _signal.WaitAsync(Second, default).AsTask();

        Assert.Throws<InvalidOperationException>(() => { _ = _signal.WaitAsync(Second, default).AsTask(); });
    }

    [Fact]
    public void Who_waits_goes_on_in_its_context_also_without_asking_for_it()
    {
        Queue<Action> posted = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Posts(posted));
        bool isOver = false;
        try
        {
            _ = WaitAsync();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        _signal.Set();
        Assert.False(isOver);
        Assert.Single(posted).Invoke();
        Assert.True(isOver);

        async Task WaitAsync()
        {
            await _signal.WaitAsync(Second, default).ConfigureAwait(false);
            isOver = true;
        }
    }

    private sealed class Posts(Queue<Action> posted) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => posted.Enqueue(() => d(state));
    }
}
