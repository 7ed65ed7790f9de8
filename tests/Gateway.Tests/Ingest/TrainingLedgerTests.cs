using System;
using System.IO;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>How far the data for a model is: as far as the days and the datapoints are, whichever is less.</summary>
public sealed class TrainingLedgerTests : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(20_000 * 86_400L);
    private static readonly Behavior Learned = new("learned", BuiltInMetrics.AllBytesIn, new ModelCriteria(ConfidenceLevel.High));
    private static readonly Behavior Fixed = new("fixed", BuiltInMetrics.AllBytesOut, new StaticCriteria(ComparisonOperator.LessThan, MetricValue.OfCount(5), 300));

    private readonly string _directory = Directory.CreateTempSubdirectory("defender-training-").FullName;
    private readonly SqliteStore _store;
    private TrainingLedger _ledger;

    public TrainingLedgerTests()
    {
        _store = SqliteStore.Open(_directory);
        _ledger = new TrainingLedger(_store);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Nothing_is_known_before_the_first_datapoint()
    {
        Assert.Null(_ledger.Progress("p", Learned, Start));
        Count(Start, 1, BuiltInMetrics.AllBytesOut);
        Assert.Null(_ledger.Progress("p", Learned, Start));
        Assert.Null(_ledger.Progress("p", Fixed, Start));
    }

    [Theory]
    [InlineData(25_000, 7, 50)]
    [InlineData(12_500, 14, 50)]
    [InlineData(25_000, 14, 100)]
    [InlineData(24_999, 14, 99.996)]
    [InlineData(30_000, 20, 0)] // The datapoints are older than the model would look back.
    [InlineData(30_000, 0, 0)]
    public void Days_and_datapoints_have_to_come_together(int datapoints, int days, double percentage)
    {
        Count(Start, datapoints);

        (DateTimeOffset start, double found) = _ledger.Progress("p", Learned, Start.AddDays(days))!.Value;

        Assert.Equal(Start, start);
        Assert.Equal(percentage, found, 3);
    }

    [Fact]
    public void Datapoints_older_than_the_window_no_longer_count()
    {
        for (int day = 0; day < 30; day++)
            Count(Start.AddDays(day), 1000);

        Assert.Equal(60, Percentage(Start.AddDays(29)), 3); // today and the 14 days before it
        Assert.Equal(100 * 10_000.0 / TrainingLedger.MinDatapoints, Percentage(Start.AddDays(34)), 3);
    }

    [Fact]
    public void What_was_stored_survives_a_restart_and_nothing_else()
    {
        Count(Start, 5000);
        Store();
        Count(Start, 5000);
        _ledger = new TrainingLedger(_store);

        Assert.Equal(20, Percentage(Start.AddDays(10)), 3);
        Assert.Equal(Start, _ledger.Progress("p", Learned, Start.AddDays(10))!.Value.Start);
    }

    [Fact]
    public void A_ledger_that_is_stored_is_not_stored_again()
    {
        Count(Start, 1);
        Store();

        var batch = new StoreBatch();
        _ledger.Save(batch);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void A_behavior_on_another_metric_begins_anew()
    {
        Count(Start, 5000);
        Behavior moved = Learned with { Metric = BuiltInMetrics.AllBytesOut };
        Assert.Null(_ledger.Progress("p", moved, Start.AddDays(14)));

        _ledger.Count(Compile(moved), Datapoints(BuiltInMetrics.AllBytesOut).Datapoints, Start.AddDays(7));

        Assert.Equal(Start.AddDays(7), _ledger.Progress("p", moved, Start.AddDays(14))!.Value.Start);
        Assert.Null(_ledger.Progress("p", Learned, Start.AddDays(14)));
    }

    [Fact]
    public void A_behavior_that_goes_or_learns_no_more_is_forgotten_for_good()
    {
        Count(Start, 5000);
        Store();
        _ledger.Keep(Table(Learned, Fixed));
        Assert.NotNull(_ledger.Progress("p", Learned, Start));

        _ledger.Keep(Table(Learned with { Criteria = Fixed.Criteria }));
        Assert.Null(_ledger.Progress("p", Learned, Start));

        Store();
        _ledger = new TrainingLedger(_store);
        Assert.Null(_ledger.Progress("p", Learned, Start));
    }

    [Fact]
    public void A_damaged_ledger_is_named_as_such()
    {
        Count(Start, 1);
        var batch = new StoreBatch();
        _ledger.Save(batch);
        batch.Values[batch.Values.Keys.Single()] = "[{"u8.ToArray();
        _store.Commit(batch);

        Assert.Contains("damaged", Assert.Throws<StoreException>(() => new TrainingLedger(_store)).Message, StringComparison.Ordinal);
    }

    private double Percentage(DateTimeOffset now) => _ledger.Progress("p", Learned, now)!.Value.Percentage;

    private void Count(DateTimeOffset at, int times, Metric? metric = null)
    {
        ThingProfiles profiles = Compile(Learned, Fixed);
        DatapointBuffer datapoints = Datapoints(metric ?? BuiltInMetrics.AllBytesIn);
        for (int i = 0; i < times; i++)
            _ledger.Count(profiles, datapoints.Datapoints, at);
    }

    private void Store()
    {
        var batch = new StoreBatch();
        _ledger.Save(batch);
        _store.Commit(batch);
        _ledger.Saved();
    }

    private static DatapointBuffer Datapoints(Metric metric)
    {
        var datapoints = new DatapointBuffer();
        datapoints.AddCount(metric, 1);
        return datapoints;
    }

    private static ThingProfiles Compile(params Behavior[] behaviors) =>
        ProfileSet.Compile([new ProfileAttachment(Profile(behaviors), [AttachmentTarget.AllThings])]).For(ThingMembership.Unregistered);

    private static SecurityProfile Profile(Behavior[] behaviors) => new("p") { Behaviors = [.. behaviors] };

    private static ResourceTable<ProfileResource> Table(params Behavior[] behaviors) =>
        ResourceTable<ProfileResource>.Empty.With("p", new ProfileResource(Profile(behaviors), 1, Start, Start, []));
}
