using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;
using Defender.Gateway.Tests.Running;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>Whatever is merged and when, the values that are listed are those that were recorded.</summary>
public sealed class MetricLogTests : IDisposable
{
    // Noon of a day.
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(20_000 * 86_400L + 43_200);

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-metrics-").FullName;
    private readonly SqliteStore _store;
    private readonly SeriesTable _series;
    private readonly MetricLog _log;
    private readonly ThingProfiles _profiles;
    private readonly ThingRecord _thing = new("pump-17");
    private readonly StoreBatch _batch = new();

    public MetricLogTests()
    {
        _store = SqliteStore.Open(_directory);
        _series = new SeriesTable(_store);
        _log = new MetricLog(_store, _series);
        Assert.True(ProfileReader.TryRead(File.ReadAllBytes(TestGateway.AttackSurface), ProfileDefinitions.BuiltIn, out SecurityProfile? profile, out _));
        _profiles = ProfileSet.Compile([new ProfileAttachment(profile, [AttachmentTarget.AllThings])]).For(ThingMembership.Unregistered);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Full_tails_become_one_block_and_every_value_stays()
    {
        for (int i = 0; i < 100; i++)
            Report(Noon.AddMinutes(i), i);

        Assert.Equal(Enumerable.Range(0, 100).Reverse(), Listed());
        Assert.Equal(3 + 4, _store.ReadMetricBlocks(_thing.Name, Noon, Noon.AddDays(1), 1000).Count);
    }

    [Fact]
    public void A_clock_that_was_set_back_into_many_blocks_costs_no_value()
    {
        // Single blocks, as they stay behind when reports come faster than they are stored.
        const int Earlier = 250;
        for (int i = 0; i < Earlier; i++)
        {
            Record(Noon.AddSeconds(10 * i), i);
            _thing.Tail = default;
            Commit();
        }

        // Before all of them, then through them, slowly.
        for (int i = 0; i <= MetricLog.SamplesPerBlock; i++)
            Report(Noon.AddSeconds(-1 + (100 * i)), Earlier + i);

        Assert.Equal(Enumerable.Range(0, Earlier + MetricLog.SamplesPerBlock + 1), Listed().Order());
    }

    private void Report(DateTimeOffset at, int value)
    {
        Record(at, value);
        Commit();
    }

    private void Record(DateTimeOffset at, int value)
    {
        var datapoints = new DatapointBuffer();
        datapoints.AddPorts(BuiltInMetrics.ListeningTcpPorts, [(ushort)value]);
        _log.Record(_thing, _profiles, datapoints, at, _batch);
    }

    private void Commit()
    {
        _store.Commit(_batch);
        _log.Stored(_batch);
        _batch.Clear();
    }

    private IEnumerable<int> Listed() => new MetricValueReader(_store, _series)
        .Newest(_thing.Name, BuiltInMetrics.ListeningTcpPorts, null, Noon.AddDays(-1), Noon.AddDays(1), 1000)
        .Select(sample => sample.Value.Ports.Single());
}
