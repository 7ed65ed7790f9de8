using System;
using System.Linq;
using System.Threading.Channels;
using System.Threading.Tasks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Storage;

public sealed class OutboxTests : IDisposable
{
    private readonly OutboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void It_counts_what_was_left_what_comes_and_what_goes()
    {
        _bench.Post("a", "1", "2");
        _bench.Restart();
        _bench.Post("a", "3");
        _bench.Post("b", "4");
        Assert.Equal((3, 1, 0), (_bench.Outbox.CountWaiting("a"), _bench.Outbox.CountWaiting("b"), _bench.Outbox.CountWaiting("c")));

        _bench.Outbox.Remove("a", [.. _bench.Outbox.Read("a", after: 0, limit: 10).Select(row => row.Id)]);

        Assert.Equal(["b"], _bench.Outbox.ListDestinations(""));
        Assert.Empty(_bench.Waiting("a"));
    }

    [Fact]
    public void A_message_that_is_delivered_before_it_is_noted_is_counted_right()
    {
        _bench.Batch.Outbox.Add(new OutboxMessage("a", "1", [], DateTimeOffset.UnixEpoch));
        _bench.Store.Commit(_bench.Batch);
        _bench.Outbox.Remove("a", [_bench.Store.ReadOutbox("a", 0, 1)[0].Id]);
        Assert.Equal(0, _bench.Outbox.CountWaiting("a"));

        _bench.Outbox.Committed(_bench.Batch);

        Assert.Equal(0, _bench.Outbox.CountWaiting("a"));
        Assert.Empty(_bench.Outbox.ListDestinations(""));
    }

    [Fact]
    public void What_cannot_be_taken_off_still_waits()
    {
        _bench.Post("a", "1");
        _bench.Store.IsFull = true;

        Assert.Throws<StoreException>(() => _bench.Outbox.Remove("a", [1]));

        Assert.Equal(1, _bench.Outbox.CountWaiting("a"));
    }

    [Fact]
    public async Task A_commit_wakes_who_listens_to_its_destination()
    {
        ChannelReader<bool> a = _bench.Outbox.Listen("a");
        ChannelReader<bool> b = _bench.Outbox.Listen("b");
        Task<bool> woken = a.ReadAsync().AsTask();

        _bench.Post("a", "1");

        Assert.True(await woken.WaitAsync(TestGateway.Deadline));
        Assert.False(b.TryRead(out _));
    }

    [Fact]
    public void Commits_while_nobody_waits_are_not_missed_and_wake_once()
    {
        ChannelReader<bool> a = _bench.Outbox.Listen("a");
        _bench.Post("a", "1");
        _bench.Post("a", "2", "3");

        Assert.True(a.TryRead(out _));
        Assert.False(a.TryRead(out _));
    }
}
