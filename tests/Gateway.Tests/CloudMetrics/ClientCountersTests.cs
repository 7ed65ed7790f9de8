using System;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Control;
using Xunit;
using static Defender.Gateway.Tests.CloudMetrics.CloudBench;

namespace Defender.Gateway.Tests.CloudMetrics;

public sealed class ClientCountersTests : IAsyncLifetime
{
    private const string Sent = "aws:num-messages-sent";

    private static readonly MetricDimension Own = new("own", DimensionValueOperator.In);

    private CloudBench _bench = null!;

    public async Task InitializeAsync() => _bench = await StartAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public void A_message_allocates_nothing_once_its_topic_is_known()
    {
        _bench.Define("own", "pumps/${iot:ClientId}/#");
        _bench.Attach([AtMost(Sent, 5, "own"), AtMost("aws:message-byte-size", 5, seconds: null)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", IPAddress.Loopback);
        byte[][] topics = [.. Enumerable.Range(0, 4).Select(i => Encoding.UTF8.GetBytes($"pumps/pump-17/level-{i}"))];
        byte[] longTopic = Encoding.UTF8.GetBytes($"pumps/pump-17/{new string('x', 300)}");

        Assert.Equal(0, AllocatedBy(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                client.Sent(topics[i % topics.Length], i);
                client.Received(topics[i % topics.Length], i);
                client.AuthorizationFailure(longTopic);
            }
        }));
    }

    [Fact]
    public void Ending_a_period_allocates_nothing_for_a_client_that_is_busy()
    {
        _bench.Attach([AtMost(Sent, 100_000)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", IPAddress.Loopback);
        var values = new ClientPeriod();

        Assert.Equal(0, AllocatedBy(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                client.Sent("t"u8, i);
                _bench.Ledger.BeginPeriod();
                Assert.True(client.TryTake(new EndedPeriod(_bench.Ledger.Period - 1, _bench.Clock.GetUtcNow()), values));
            }
        }));
    }

    [Fact]
    public void What_comes_after_the_end_of_a_period_belongs_to_the_next_although_nobody_took_the_first()
    {
        _bench.Attach([AtMost(Sent, 100)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("t"u8, 1);
        _bench.Ledger.BeginPeriod();
        client.Sent("t"u8, 1);
        client.Sent("t"u8, 1);

        Assert.Equal([1], Take(client));
        _bench.Ledger.BeginPeriod();
        Assert.Equal([2], Take(client));
    }

    [Fact]
    public void Periods_that_nobody_took_in_time_are_taken_as_one()
    {
        _bench.Attach([AtMost(Sent, 100), AtMost("aws:message-byte-size", 100, seconds: null)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        for (int size = 1; size <= 3; size++)
        {
            client.Sent("t"u8, 10 * size);
            _bench.Ledger.BeginPeriod();
        }

        Assert.Equal([3, 10, 30], Take(client));
    }

    [Fact]
    public void Topics_are_matched_anew_when_the_dimension_changes_and_what_was_counted_for_others_stays()
    {
        _bench.Define("own", "a/#");
        _bench.Define("other", "t");
        _bench.Attach([AtMost(Sent, 100, "own"), AtMost("aws:num-messages-received", 100, "other")]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("a/b"u8, 1);
        client.Received("t"u8, 1);
        _bench.Control.Change(draft => Dimensions.Update(draft, "own", ["b/#"]));
        client.Sent("a/b"u8, 1);
        client.Sent("b/a"u8, 1);
        client.Sent("b/a"u8, 1);
        _bench.Ledger.BeginPeriod();

        Assert.Equal([2, 1], Take(client));
    }

    [Fact]
    public void More_topics_than_are_remembered_are_still_told_apart()
    {
        _bench.Define("own", "even/+");
        _bench.Attach([AtMost(Sent, 100, "own")]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        for (int i = 0; i < 100; i++)
            client.Sent(Encoding.UTF8.GetBytes($"{(i % 2 == 0 ? "even" : "odd")}/{new string('x', i % 13 + 1)}"), 1);
        _bench.Ledger.BeginPeriod();

        Assert.Equal([50], Take(client));
    }

    [Fact]
    public void A_connection_that_was_refused_has_no_topic_to_be_off()
    {
        _bench.Define("own", "a");
        _bench.Attach([AtMost("aws:num-authorization-failures", 100, "own", "NOT_IN")]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.AuthorizationFailure([]);
        client.AuthorizationFailure("b"u8);
        _bench.Ledger.BeginPeriod();

        Assert.Equal([1], Take(client));
    }

    [Fact]
    public async Task Whatever_many_threads_count_is_taken_once()
    {
        const int Threads = 4, Messages = 20_000;
        _bench.Define("own", "pumps/#");
        _bench.Attach([AtMost(Sent, 100, "own"), AtMost("aws:num-disconnects", 10_000)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        long sent = 0, disconnects = 0;
        var values = new ClientPeriod();
        Task[] counting = [.. Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < Messages; i++)
            {
                client.Sent(i % 2 == 0 ? "pumps/1"u8 : "valves/1"u8, i);
                if (i % 100 == 0)
                    _bench.Ledger.Open("pump-17", null).Closed();
            }
        }))];
        do
        {
            _bench.Ledger.BeginPeriod();
            Take();
        }
        while (!Task.WhenAll(counting).IsCompleted);
        await Task.WhenAll(counting);
        for (int i = 0; i < 2; i++)
        {
            _bench.Ledger.BeginPeriod();
            Take();
        }

        Assert.Equal(Threads * Messages / 2, sent);
        Assert.Equal(Threads * Messages / 100, disconnects);
        Assert.True(client.IsConnected);

        void Take()
        {
            client.TryTake(new EndedPeriod(_bench.Ledger.Period - 1, _bench.Clock.GetUtcNow()), values);
            foreach (ref readonly Datapoint datapoint in values.Datapoints.Datapoints)
            {
                if (datapoint.Metric == BuiltInMetrics.NumMessagesSent && datapoint.Dimension == Own)
                    sent += datapoint.Count;
                else if (datapoint.Metric == BuiltInMetrics.NumDisconnects)
                    disconnects += datapoint.Count;
            }
        }
    }

    private long[] Take(ClientCounters client)
    {
        var values = new ClientPeriod();
        client.TryTake(new EndedPeriod(_bench.Ledger.Period - 1, _bench.Clock.GetUtcNow()), values);
        return [.. values.Datapoints.Datapoints.ToArray().Select(datapoint => datapoint.Count)];
    }

    // The least of a few: a collection that another test starts counts what is left of this thread's allocation buffer.
    private static long AllocatedBy(Action action)
    {
        action();
        return Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
    }
}
