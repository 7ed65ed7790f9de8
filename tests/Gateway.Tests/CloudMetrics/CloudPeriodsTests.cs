using System;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.CloudMetrics;
using Defender.Gateway.Export;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Xunit;
using static Defender.Gateway.Tests.CloudMetrics.CloudBench;

namespace Defender.Gateway.Tests.CloudMetrics;

/// <summary>From what clients do to alarms, lists and exports, through the one owner of the things.</summary>
public sealed class CloudPeriodsTests : IAsyncLifetime
{
    private const string Failures = "aws:num-authorization-failures";
    private const string Sent = "aws:num-messages-sent";

    private CloudBench _bench = null!;

    public async Task InitializeAsync() => _bench = await StartAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Authorization_failures_alarm_at_the_end_of_their_period_and_clear_with_the_next()
    {
        _bench.Attach([AtMost(Failures, 2)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", IPAddress.Loopback);
        DateTimeOffset start = _bench.Clock.GetUtcNow();
        _bench.Clock.Advance(TimeSpan.FromSeconds(10));
        for (int i = 0; i < 3; i++)
            client.AuthorizationFailure("secret/+"u8);

        await _bench.NextPeriodAsync();
        await _bench.NextPeriodAsync();

        Assert.Equal([("in-alarm", start.AddMinutes(5)), ("alarm-cleared", start.AddMinutes(10))], _bench.EventsOf("pump-17"));
    }

    [Fact]
    public async Task Connection_attempts_count_refused_ones_whose_client_never_was_connected()
    {
        _bench.Attach([AtMost("aws:num-connection-attempts", 3), AtMost(Failures, 1)], "all/unregistered-things");
        for (int i = 0; i < 4; i++)
            _bench.Ledger.Refused("intruder", IPAddress.Parse("203.0.113.9"), unauthorized: i < 2);

        await _bench.NextPeriodAsync(3);

        Assert.Equal(["in-alarm", "in-alarm", "alarm-cleared", "alarm-cleared"], _bench.EventsOf("intruder").Select(row => row.Type));
        Assert.Equal([4, 0], _bench.Counts("intruder", BuiltInMetrics.NumConnectionAttempts));
        Assert.Equal([2, 0], _bench.Counts("intruder", BuiltInMetrics.NumAuthorizationFailures));
    }

    [Fact]
    public async Task A_registered_thing_is_none_of_the_unregistered()
    {
        _bench.Attach([AtMost(Sent, 0)], "all/unregistered-things");
        _bench.Register("pump-17");
        ClientCounters thing = _bench.Ledger.Open("pump-17", null), stranger = _bench.Ledger.Open("stranger", null);
        thing.Sent("t"u8, 1);
        stranger.Sent("t"u8, 1);

        await _bench.NextPeriodAsync();

        Assert.Empty(_bench.EventsOf("pump-17"));
        Assert.Single(_bench.EventsOf("stranger"));
    }

    [Theory]
    [InlineData("IN", 2)]
    [InlineData("NOT_IN", 1)]
    public async Task A_dimension_counts_what_is_on_its_topics_or_off_them(string op, long expected)
    {
        _bench.Define("own", "pumps/${iot:ClientId}/#", "shared/+/alarm");
        _bench.Attach([AtMost(Sent, 0, "own", op)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("pumps/pump-17/level"u8, 10);
        client.Sent("shared/hall/alarm"u8, 20);
        client.Sent("pumps/pump-18/level"u8, 30);

        await _bench.NextPeriodAsync();

        var dimension = new MetricDimension("own", op == "IN" ? DimensionValueOperator.In : DimensionValueOperator.NotIn);
        Assert.Equal([expected], _bench.Counts("pump-17", BuiltInMetrics.NumMessagesSent, dimension));
        Assert.Empty(_bench.Counts("pump-17", BuiltInMetrics.NumMessagesSent));
        StoredViolationEvent alarm = Assert.Single(_bench.Store.NewestEvents(10));
        Assert.Contains($"\"metricValue\":{{\"count\":{expected}}}", Encoding.UTF8.GetString(alarm.Document), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_gives_zeros_while_it_is_connected_and_one_period_after()
    {
        _bench.Attach([AtMost(Sent, 1000), AtMost("aws:num-disconnects", 1000)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("t"u8, 1);
        await _bench.NextPeriodAsync(3);
        client.Closed();
        await _bench.NextPeriodAsync(4);

        Assert.Equal([1, 0, 0, 0, 0], _bench.Counts("pump-17", BuiltInMetrics.NumMessagesSent));
        Assert.Equal([0, 0, 0, 1, 0], _bench.Counts("pump-17", BuiltInMetrics.NumDisconnects));
    }

    [Fact]
    public async Task What_happens_before_a_profile_is_attached_counts()
    {
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("t"u8, 1);
        _bench.Attach([AtMost(Sent, 0)]);

        await _bench.NextPeriodAsync();

        Assert.Single(_bench.EventsOf("pump-17"));
    }

    [Fact]
    public async Task Half_an_hour_is_the_sum_of_its_periods()
    {
        _bench.Attach([AtMost(Sent, 5, seconds: 1800)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        DateTimeOffset start = _bench.Clock.GetUtcNow();
        for (int i = 0; i < 6; i++)
        {
            client.Sent("t"u8, 1);
            await _bench.NextPeriodAsync();
        }

        Assert.Equal([("in-alarm", start.AddMinutes(30))], _bench.EventsOf("pump-17"));
    }

    [Fact]
    public async Task Message_sizes_are_the_smallest_and_the_largest_also_where_these_are_equal()
    {
        _bench.Attach([AtMost("aws:message-byte-size", 100, seconds: null)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("t"u8, 50);
        client.Received("t"u8, 101);
        client.Sent("t"u8, 70);
        await _bench.NextPeriodAsync();
        client.Sent("t"u8, 7);
        await _bench.NextPeriodAsync(2);

        // No message has no size.
        Assert.Equal([50, 101, 7, 7], _bench.Counts("pump-17", BuiltInMetrics.MessageByteSize));
        Assert.Equal(["in-alarm", "alarm-cleared"], _bench.EventsOf("pump-17").Select(row => row.Type));
    }

    [Fact]
    public async Task Addresses_are_those_of_connections_and_of_attempts()
    {
        object behavior = new
        {
            name = "from-here",
            metric = "aws:source-ip-address",
            criteria = new { comparisonOperator = "in-cidr-set", value = new { cidrs = (string[])["10.0.0.0/8"] } },
        };
        _bench.Attach([behavior]);
        ClientCounters client = _bench.Ledger.Open("pump-17", IPAddress.Parse("10.0.0.1"));
        await _bench.NextPeriodAsync();
        _bench.Ledger.Refused("pump-17", IPAddress.Parse("::ffff:203.0.113.9"), unauthorized: true);
        await _bench.NextPeriodAsync();
        _bench.Ledger.Open("pump-17", IPAddress.Parse("10.0.0.2"));
        client.Closed();
        await _bench.NextPeriodAsync();

        Assert.Equal(
            ["10.0.0.1", "10.0.0.1 203.0.113.9", "10.0.0.1 10.0.0.2"],
            _bench.Listed("pump-17", BuiltInMetrics.SourceIpAddress).Select(sample => string.Join(' ', sample.Value.Cidrs)));
        Assert.Equal(["in-alarm", "alarm-cleared"], _bench.EventsOf("pump-17").Select(row => row.Type));
    }

    [Fact]
    public async Task Message_sizes_are_exported_as_three_entries_and_counts_as_one()
    {
        _bench.Define("own", "pumps/#");
        _bench.Attach([], more: new
        {
            metricsExportConfig = new { mqttTopic = "export", roleArn = "arn:aws:iam::000000000000:role/export" },
            additionalMetricsToRetainV2 = (object[])
            [
                new { metric = "aws:message-byte-size", exportMetric = true, metricDimension = new { dimensionName = "own" } },
                new { metric = Sent, exportMetric = true },
                new { metric = "aws:num-messages-received" },
            ],
        });
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("pumps/1"u8, 5);
        client.Sent("pumps/1"u8, 9);
        client.Sent("valves/1"u8, 1000);
        await _bench.NextPeriodAsync();

        OutboxRow row = Assert.Single(_bench.Store.ReadOutbox(MetricsExporter.DestinationPrefix + "export", 0, 10));
        string time = $"\"timestamp\":{_bench.Clock.GetUtcNow().ToUnixTimeMilliseconds()}";
        const string Own = "\"dimension\":{\"name\":\"own\",\"operator\":\"IN\"}";
        Assert.Equal(
            $$"""[{"name":"aws:message-byte-size-min","thing":"pump-17","value":{"count":5},{{time}},{{Own}}},"""
            + $$"""{"name":"aws:message-byte-size-max","thing":"pump-17","value":{"count":9},{{time}},{{Own}}},"""
            + $$"""{"name":"aws:message-byte-size-total","thing":"pump-17","value":{"count":14},{{time}},{{Own}}},"""
            + $$"""{"name":"aws:num-messages-sent","thing":"pump-17","value":{"count":3},{{time}}}]""",
            Encoding.UTF8.GetString(row.Message.Body));
        Assert.Equal([0], _bench.Counts("pump-17", BuiltInMetrics.NumMessagesReceived));
    }

    [Fact]
    public async Task A_period_that_nobody_could_store_is_lost_and_the_next_one_counts()
    {
        _bench.Attach([AtMost(Sent, 0)]);
        ClientCounters client = _bench.Ledger.Open("pump-17", null);
        client.Sent("t"u8, 1);
        _bench.Store.IsFull = true;
        await _bench.NextPeriodAsync();
        _bench.Store.IsFull = false;
        Assert.Empty(_bench.EventsOf("pump-17"));
        client.Sent("t"u8, 1);
        await _bench.NextPeriodAsync();

        Assert.Single(_bench.EventsOf("pump-17"));
    }

    [Fact]
    public async Task Many_clients_are_judged_in_parts_each_once()
    {
        const int Clients = 700;
        _bench.Attach([AtMost(Sent, 0)]);
        for (int i = 0; i < Clients; i++)
            _bench.Ledger.Open($"pump-{i}", null).Sent("t"u8, 1);

        await _bench.NextPeriodAsync();

        Assert.Equal(Clients, _bench.Store.NewestEvents(2 * Clients).Select(row => row.ThingName).Distinct().Count());
        Assert.Equal(Clients, _bench.Store.NewestEvents(2 * Clients).Count);
    }
}
