using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Defender.Evaluator.Alarms;
using Defender.Gateway.Alerts;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Alerts;

public sealed class AlertRouterTests : IDisposable
{
    private const string Destination = AlertRouter.DestinationPrefix + Violations.TopicArn;
    private const string FoldedValue = "alert-folded:" + Violations.TopicArn;

    private readonly OutboxBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_message_is_the_document_of_the_contract()
    {
        AlertRouter router = Open();
        router.Route(Violations.Make(), Violations.TopicArn, _bench.Batch);

        OutboxMessage message = Assert.Single(_bench.Batch.Outbox);
        JsonNode sample = JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.Contract("responses", "sns-notification.json")))!["message"]!;
        Assert.True(JsonNode.DeepEquals(sample, JsonNode.Parse(message.Body)));
        Assert.Equal(Destination, message.Destination);
    }

    [Fact]
    public void A_message_has_the_id_it_had_when_its_event_is_judged_again()
    {
        AlertRouter router = Open();
        router.Route(Violations.Make(), Violations.TopicArn, _bench.Batch);
        router.Route(Violations.Make(), Violations.TopicArn, _bench.Batch);
        router.Route(Violations.Make(type: ViolationEventType.AlarmCleared), Violations.TopicArn, _bench.Batch);

        string[] ids = [.. _bench.Batch.Outbox.Select(message => message.MessageId)];
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);
        Assert.All(ids, id => Assert.True(Guid.TryParseExact(id, "D", out _)));
    }

    [Fact]
    public void Suppressed_behaviors_and_profiles_without_a_target_send_nothing()
    {
        AlertRouter router = Open();
        router.Route(Violations.Make(isSuppressed: true), Violations.TopicArn, _bench.Batch);
        router.Route(Violations.Make(), alertTargetArn: null, _bench.Batch);

        Assert.True(_bench.Batch.IsEmpty);
        Assert.Empty(_bench.Log.Lines);
    }

    [Fact]
    public void A_topic_without_a_sink_is_logged_once()
    {
        AlertRouter router = Open();
        for (int i = 0; i < 3; i++)
            router.Route(Violations.Make($"v{i}"), "arn:aws:sns:us-east-1:123456789012:unknown", _bench.Batch);

        Assert.False(router.Publish("arn:aws:sns:us-east-1:123456789012:unknown", "m", "{}"u8.ToArray(), _bench.Batch));
        Assert.True(_bench.Batch.IsEmpty);
        Assert.Contains("arn:aws:sns:us-east-1:123456789012:unknown", Assert.Single(_bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_message_can_be_published_to_a_topic()
    {
        AlertRouter router = Open();

        Assert.True(router.Publish(Violations.TopicArn, "m-1", "{}"u8.ToArray(), _bench.Batch));
        Assert.Equal((Destination, "m-1"), (_bench.Batch.Outbox[0].Destination, _bench.Batch.Outbox[0].MessageId));
    }

    [Fact]
    public void What_is_over_the_rate_is_counted_with_its_profiles_and_told_after_a_rest()
    {
        AlertRouter router = Open();
        RouteMany(router, 50, i => i % 2 == 0 ? "Pumps" : "Valves");
        Commit(router);
        Assert.Equal(20, _bench.Waiting(Destination).Count);

        _bench.Clock.Advance(TimeSpan.FromSeconds(9));
        router.Flush(_bench.Batch);
        Assert.Empty(_bench.Batch.Outbox);

        _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        router.Flush(_bench.Batch);
        Commit(router);

        JsonNode told = JsonNode.Parse(_bench.Waiting(Destination)[^1].Body)!;
        string expected = """{"foldedEvents":30,"from":1700000420000,"to":1700000449000,"byProfile":{"Pumps":15,"Valves":15}}""";
        Assert.Equal(expected, told.ToJsonString());

        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        router.Flush(_bench.Batch);
        Assert.True(_bench.Batch.IsEmpty);
    }

    [Fact]
    public void Events_come_in_order_around_a_count()
    {
        AlertRouter router = Open();
        RouteMany(router, 25);
        _bench.Clock.Advance(TimeSpan.FromSeconds(5));
        router.Route(Violations.Make("too-early"), Violations.TopicArn, _bench.Batch);
        _bench.Clock.Advance(TimeSpan.FromSeconds(5));
        router.Route(Violations.Make("single-again"), Violations.TopicArn, _bench.Batch);

        Assert.Equal(22, _bench.Batch.Outbox.Count);
        Assert.Equal(6, Folded(_bench.Batch.Outbox[20].Body));
        Assert.Contains("single-again", Encoding.UTF8.GetString(_bench.Batch.Outbox[21].Body), StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_profiles_are_counted_apart()
    {
        AlertRouter router = Open();
        RouteMany(router, 20);
        RouteMany(router, 30, i => $"P{i}");

        JsonNode stored = JsonNode.Parse(_bench.Batch.Values[FoldedValue].Span)!;
        Assert.Equal(30, (long)stored["foldedEvents"]!);
        Assert.Equal(FoldedAlerts.MaxProfiles, stored["byProfile"]!.AsObject().Count);
    }

    [Fact]
    public void A_count_survives_a_restart()
    {
        AlertRouter router = Open();
        RouteMany(router, 23);
        Commit(router);
        _bench.Restart();

        AlertRouter next = Open();
        next.Route(Violations.Make("late"), Violations.TopicArn, _bench.Batch);

        Assert.Equal(3, Folded(_bench.Batch.Outbox[0].Body));
        Assert.Equal(2, _bench.Batch.Outbox.Count);
    }

    [Fact]
    public void A_damaged_count_starts_anew()
    {
        _bench.Batch.Values[FoldedValue] = "[]"u8.ToArray();
        _bench.Commit();

        Open().Flush(_bench.Batch);

        Assert.True(_bench.Batch.IsEmpty);
        Assert.Contains("damaged", Assert.Single(_bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_is_not_committed_leaves_nothing()
    {
        AlertRouter router = Open();
        RouteMany(router, 50);
        _bench.Batch.Clear();

        RouteMany(router, 21);
        Commit(router);

        Assert.Equal(20, _bench.Waiting(Destination).Count);
        Assert.Equal(1, Folded(_bench.Store.ReadValue(FoldedValue)!));
    }

    [Fact]
    public void A_count_whose_telling_is_not_committed_is_told_again()
    {
        AlertRouter router = Open();
        RouteMany(router, 30);
        Commit(router);
        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        router.Flush(_bench.Batch);
        string id = _bench.Batch.Outbox[0].MessageId;
        _bench.Batch.Clear();

        router.Flush(_bench.Batch);

        Assert.Equal((id, 10L), (_bench.Batch.Outbox[0].MessageId, Folded(_bench.Batch.Outbox[0].Body)));
    }

    [Fact]
    public void What_a_sink_does_not_take_stops_growing_and_is_counted()
    {
        AlertRouter router = Open(sink => sink with { MaxWaiting = 5 });
        RouteMany(router, 5);
        Commit(router);
        RouteMany(router, 3);
        Commit(router);
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        router.Flush(_bench.Batch);
        Assert.True(_bench.Batch.IsEmpty);

        _bench.Outbox.Remove(Destination, [_bench.Store.ReadOutbox(Destination, 0, 1)[0].Id]);
        router.Flush(_bench.Batch);

        Assert.Equal(3, Folded(_bench.Batch.Outbox[0].Body));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_commits_fail_every_stored_event_is_sent_or_counted_once(int seed)
    {
        var random = new Random(seed);
        AlertRouter router = Open(sink => sink with { Burst = 5, MessagesPerMinute = 30 });
        long routed = 0;
        for (int batch = 0; batch < 300; batch++)
        {
            int events = random.Next(12);
            RouteMany(router, events);
            if (random.Next(4) == 0)
                router.Flush(_bench.Batch);
            switch (random.Next(5))
            {
                case 0:
                    _bench.Batch.Clear();
                    break;
                case 1:
                    // Killed before or after the commit.
                    if (random.Next(2) == 0)
                    {
                        _bench.Store.Commit(_bench.Batch);
                        routed += events;
                    }

                    _bench.Restart();
                    router = Open(sink => sink with { Burst = 5, MessagesPerMinute = 30 });
                    break;
                default:
                    Commit(router);
                    routed += events;
                    break;
            }

            _bench.Clock.Advance(TimeSpan.FromSeconds(random.Next(8)));
        }

        long told = _bench.Waiting(Destination).Sum(message => TryFolded(message.Body) ?? 1);
        long untold = _bench.Store.ReadValue(FoldedValue) is { Length: > 0 } bytes ? Folded(bytes) : 0;
        Assert.Equal(routed, told + untold);
        Assert.Contains(_bench.Waiting(Destination), message => TryFolded(message.Body) is not null);
    }

    private AlertRouter Open(Func<SinkOptions, SinkOptions>? configure = null)
    {
        SinkOptions sink = new MqttSinkOptions(Violations.TopicArn, "alerts");
        return new AlertRouter(
            new AlertConfiguration([configure?.Invoke(sink) ?? sink]), _bench.Store, _bench.Outbox, _bench.Clock, _bench.Budget, _bench.Logger<AlertRouter>());
    }

    private void RouteMany(AlertRouter router, int count, Func<int, string>? profile = null)
    {
        for (int i = 0; i < count; i++)
        {
            router.Route(
                Violations.Make($"v{i}", profile: profile?.Invoke(i) ?? "Pumps", after: TimeSpan.FromSeconds(i)), Violations.TopicArn, _bench.Batch);
        }
    }

    private void Commit(AlertRouter router)
    {
        _bench.Store.Commit(_bench.Batch);
        _bench.Outbox.Committed(_bench.Batch);
        router.Committed(_bench.Batch);
        _bench.Batch.Clear();
    }

    private static long Folded(byte[] json) => TryFolded(json) ?? throw new JsonException("it is no count");

    private static long? TryFolded(byte[] json) => (long?)JsonNode.Parse(json)!["foldedEvents"];
}
