using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Export;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Running;
using Defender.Mqtt;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Export;

public sealed class MetricsExportTests : IAsyncLifetime
{
    private const string Topic = "export/metrics";
    private const string Destination = MetricsExporter.DestinationPrefix + Topic;

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_400_000);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly OutboxBench _bench = new();
    private readonly RecordingPublisher _publisher = new();
    private MetricsExporter _exporter = null!;
    private ExportPublisher? _running;

    public Task InitializeAsync()
    {
        _exporter = OpenExporter();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        _bench.Dispose();
    }

    [Fact]
    public async Task Values_of_several_things_go_out_as_the_document_of_the_contract()
    {
        Export("pump-17", new ExportedDatapoint("aws:num-messages-sent", MetricValue.OfCount(125), Time)
        {
            Dimension = new MetricDimension("TelemetryTopics", DimensionValueOperator.In),
        });
        Export("pump-19", new ExportedDatapoint("aws:disconnect-duration", MetricValue.OfCount(7261), Time));
        Export("pump-17", new ExportedDatapoint("aws:listening-tcp-ports", MetricValue.OfPorts([22, 443]), Time.AddMilliseconds(1123)));
        Export("pump-18", new ExportedDatapoint("batteryPercentage", MetricValue.OfNumber(12), Time.AddSeconds(2)));
        Export("pump-18", new ExportedDatapoint("batteryPercentage", MetricValue.OfNumber(87.5), Time.AddSeconds(2)));
        await StartAsync();

        await NextIntervalAsync();
        await EmptyAsync();

        (string topic, byte[] payload, MqttQoS qos) = Assert.Single(_publisher.Published);
        Assert.Equal((Topic, MqttQoS.AtLeastOnce), (topic, qos));
        JsonNode document = JsonNode.Parse(payload)!;
        document["metrics"]!.AsArray().RemoveAt(3); // The sample shows the later of the two values only.
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.Contract("responses", "export-batch.json"))), document), document.ToJsonString());
    }

    [Fact]
    public async Task Values_go_out_at_whole_multiples_of_the_interval_only()
    {
        _bench.Clock.Advance(TimeSpan.FromSeconds(100));
        Export("a", Count(1));
        await StartAsync();
        await _bench.Clock.WhenTimerIsSetAsync(TimeSpan.FromSeconds(200));
        Assert.Empty(_publisher.Published);

        _bench.Clock.Advance(TimeSpan.FromSeconds(200));
        await EmptyAsync();
        await _bench.Clock.WhenTimerIsSetAsync(TimeSpan.FromSeconds(300));

        _bench.Clock.Advance(TimeSpan.FromSeconds(300));
        Assert.Single(_publisher.Published);
    }

    [Fact]
    public async Task Each_topic_gets_its_own()
    {
        _exporter.Export("one", "a", [Count(1)], _bench.Batch);
        _exporter.Export("two", "a", [Count(1)], _bench.Batch);
        _bench.Commit();
        await StartAsync();

        await NextIntervalAsync();
        await Eventually.TrueAsync(() => _bench.Store.CountOutbox().Count == 0, "all is out");

        Assert.Equal(["one", "two"], _publisher.Published.Select(message => message.Topic));
    }

    [Fact]
    public async Task What_does_not_fit_in_one_message_goes_out_in_several_below_128_KiB()
    {
        const int things = 3000;
        for (int i = 0; i < things; i++)
            _exporter.Export(Topic, $"thing-{i}", [Count(i), new ExportedDatapoint("hosts", MetricValue.OfStrings(["ä", "\"", "<"]), Time)], _bench.Batch);
        _bench.Commit();
        await StartAsync();
        await NextIntervalAsync();

        await EmptyAsync(TimeSpan.FromMilliseconds(50));

        Assert.InRange(_publisher.Published.Count, 4, 7);
        Assert.All(_publisher.Published, message => Assert.InRange(message.Payload.Length, 1, (128 * 1024) - 1));
        JsonNode[] entries = [.. _publisher.Published.SelectMany(message => JsonNode.Parse(message.Payload)!["metrics"]!.AsArray()).Select(entry => entry!)];
        Assert.Equal(2 * things, entries.Length);
        Assert.Equal(Enumerable.Range(0, things).Select(i => $"thing-{i}"), entries.Where((_, i) => i % 2 == 0).Select(entry => (string)entry["thing"]!));
        Assert.All(entries, entry => Assert.Equal(1, (int)entry["version"]!));
    }

    [Fact]
    public async Task A_value_that_no_message_holds_is_left_out_and_the_others_are_not()
    {
        Export("a", Count(1), new ExportedDatapoint("big", MetricValue.OfStrings([new string('x', 128 * 1024)]), Time), Count(3));
        await StartAsync();
        await NextIntervalAsync();

        await EmptyAsync(Pace);

        Assert.Equal(2, _publisher.Published.Sum(message => JsonNode.Parse(message.Payload)!["metrics"]!.AsArray().Count));
        await _bench.Log.WaitForAsync("Warning", Topic, "more than a message holds");
    }

    [Fact]
    public async Task A_value_that_comes_again_later_has_the_next_version()
    {
        await StartAsync();
        for (int i = 1; i <= 3; i++)
        {
            Export("a", Count(i));
            await NextIntervalAsync();
            await EmptyAsync();
        }

        Assert.Equal([1, 2, 3], _publisher.Published.Select(message => (int)JsonNode.Parse(message.Payload)!["metrics"]![0]!["version"]!));
    }

    [Fact]
    public async Task Values_that_were_published_and_not_taken_off_come_again_after_a_crash()
    {
        Export("a", Count(1));
        await StartAsync();
        _publisher.Before = () => _bench.Store.IsFull = true;
        await NextIntervalAsync();
        await _bench.Log.WaitForAsync("Error", Topic, "failed");
        await StopAsync();
        _bench.Restart();
        _publisher.Before = () => { };
        _exporter = OpenExporter();

        await StartAsync();
        await NextIntervalAsync();
        await EmptyAsync();

        Assert.Equal(2, _publisher.Published.Count);
        Assert.Equal(_publisher.Published.First().Payload, _publisher.Published.Last().Payload);
    }

    [Fact]
    public async Task A_damaged_row_holds_nothing_up()
    {
        _bench.Post(Destination, "[{\"name\":1}]", "no json");
        Export("a", Count(1));
        await StartAsync();
        await NextIntervalAsync();

        await EmptyAsync();

        Assert.Single(_publisher.Published);
        Assert.Equal(2, _bench.Log.Lines.Count(line => line.Contains("damaged", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Much_that_waits_goes_out_before_its_time_and_more_is_left_out_and_logged()
    {
        var row = new OutboxMessage(Destination, "", ExportEntries.ToUtf8Json("a", [Count(1)]), Time);
        _bench.Batch.Outbox.AddRange(Enumerable.Repeat(row, MetricsExporter.MaxWaiting));
        _bench.Commit();
        _exporter.Export(Topic, "left-out", [Count(1)], _bench.Batch);
        Assert.True(_bench.Batch.IsEmpty);
        Assert.Equal(1, _exporter.LeftOut);
        await _bench.Log.WaitForAsync("Warning", "left-out", Topic, "100000 reports wait");

        await StartAsync();

        await Eventually.TrueAsync(() => _publisher.Published.Count > 0, "something is out");
    }

    [Fact]
    public void Topics_of_devices_are_not_exported_to()
    {
        for (int i = 0; i < 2; i++)
            _exporter.Export("$aws/things/a/defender/metrics/json", "a", [Count(1)], _bench.Batch);

        Assert.True(_bench.Batch.IsEmpty);
        Assert.Contains("$aws/things/", Assert.Single(_bench.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_stored_where_nothing_is_exported()
    {
        _exporter.Export(Topic, "a", [], _bench.Batch);

        Assert.True(_bench.Batch.IsEmpty);
    }

    private static ExportedDatapoint Count(long value) => new($"aws:all-bytes-out", MetricValue.OfCount(value), Time);

    private void Export(string thing, params IReadOnlyCollection<ExportedDatapoint> datapoints)
    {
        _exporter.Export(Topic, thing, datapoints, _bench.Batch);
        _bench.Commit();
    }

    private MetricsExporter OpenExporter() => new(_bench.Outbox, _bench.Clock, _bench.Budget, _bench.Logger<MetricsExporter>());

    private async Task StartAsync()
    {
        _running = new ExportPublisher(
            _exporter, _bench.Outbox, _publisher, ExportPublisher.DefaultInterval, _bench.Clock, _bench.Budget, _bench.Logger<ExportPublisher>());
        await _running.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        if (_running is null)
            return;
        await _running.StopAsync(CancellationToken.None).WaitAsync(TestGateway.Deadline);
        _running.Dispose();
        _running = null;
    }

    private async Task NextIntervalAsync()
    {
        await Eventually.TrueAsync(() => _bench.Clock.TimersSet > 0, "it waits for the clock");
        _bench.Clock.Advance(_bench.Clock.UntilNext!.Value);
    }

    private Task EmptyAsync(TimeSpan pace = default) => Eventually.TrueAsync(
        () =>
        {
            if (pace > TimeSpan.Zero && _bench.Clock.UntilNext == pace)
                _bench.Clock.Advance(pace);
            return _bench.Waiting(Destination).Count == 0 && _bench.Outbox.CountWaiting(Destination) == 0;
        },
        "all is out");
}
