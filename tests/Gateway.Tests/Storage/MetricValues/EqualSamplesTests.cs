using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Handlers;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Tests.Api.Handlers;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>A period has several message sizes of one time, which may be equal: each is listed, and each once.</summary>
public sealed class EqualSamplesTests : IDisposable
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeMilliseconds(Values.Noon);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-equal-").FullName;
    private readonly FaultyStore _store;
    private readonly SeriesTable _series;
    private readonly MetricLog _log;
    private readonly ThingProfiles _profiles;
    private readonly ThingRecord _thing = new("pump-17");
    private readonly StoreBatch _batch = new();

    public EqualSamplesTests()
    {
        _store = new FaultyStore(_directory);
        _series = new SeriesTable(_store);
        _log = new MetricLog(_store, _series);
        var profile = new SecurityProfile("p") { AdditionalMetricsToRetain = [new(BuiltInMetrics.MessageByteSize)] };
        _profiles = ProfileSet.Compile([new ProfileAttachment(profile, [AttachmentTarget.AllThings])]).For(ThingMembership.Unregistered);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Equal_values_of_one_time_are_all_listed()
    {
        // More periods than a merged block holds: single blocks and merged ones.
        for (int i = 0; i < 40; i++)
            Record(Noon.AddMinutes(5 * i), 7, 7);

        Assert.Equal(80, Newest(1000));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_page_ends_between_values_of_one_time_and_the_next_one_goes_on_there(int pageSize)
    {
        for (int i = 0; i < 5; i++)
            Record(Noon.AddMinutes(5 * i), 7, 7, 9);
        var handlers = new OperationHandlers();
        var control = new ControlPlane(_store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), new ManualTime(Noon));
        new MetricValueHandlers(control, new MetricValueReader(_store, _series)).AddTo(handlers);
        var api = new RegistryApi(handlers, ViolationOperations.ListMetricValues);
        var range = new Dictionary<string, object?>
        {
            ["thingName"] = "pump-17",
            ["metricName"] = "aws:message-byte-size",
            ["startTime"] = Noon.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["endTime"] = Noon.AddHours(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };

        long[] listed = [.. api.Pages(ViolationOperations.ListMetricValues, range, "metricDatumList", pageSize)
            .SelectMany(page => page)
            .Select(datum => datum.GetProperty("value").GetProperty("count").GetInt64())];

        Assert.Equal(Enumerable.Repeat<long[]>([9, 7, 7], 5).SelectMany(values => values), listed);
    }

    [Fact]
    public void A_block_that_is_merged_between_two_reads_repeats_nothing()
    {
        // Sixty-four blocks are read at once. Behind them the reader finds those of the first read again, merged.
        for (int i = 0; i < 90; i++)
        {
            Record(Noon.AddSeconds(i), 7, 7);
            _thing.Tail = default;
        }

        bool hasMerged = false;
        _store.AfterNextBlocks = () =>
        {
            hasMerged = true;
            byte[][] blocks = [.. _store.ReadMetricBlocks("pump-17", Noon, Noon.AddHours(1), 100).Reverse().Select(row => row.Data.ToArray())];
            var batch = new StoreBatch();
            batch.MergedMetricBlocks.Add(new MetricBlockRange("pump-17", Noon, Noon.AddHours(1)));
            batch.MetricBlocks.Add(new MetricBlockRow("pump-17", Noon, Values.Merge(blocks)));
            _store.Commit(batch);
        };

        Assert.Equal(180, new MetricValueReader(_store, _series)
            .Newest("pump-17", BuiltInMetrics.MessageByteSize, null, Noon, Noon.AddHours(1), 1000).Count);
        Assert.True(hasMerged);
    }

    private int Newest(int limit) =>
        new MetricValueReader(_store, _series).Newest("pump-17", BuiltInMetrics.MessageByteSize, null, Noon, Noon.AddDays(1), limit).Count;

    private void Record(DateTimeOffset at, params long[] sizes)
    {
        var datapoints = new DatapointBuffer();
        foreach (long size in sizes)
            datapoints.AddCount(BuiltInMetrics.MessageByteSize, size);
        _log.Record(_thing, _profiles, datapoints, at, _batch);
        _store.Commit(_batch);
        _log.Stored(_batch);
        _batch.Clear();
    }
}
