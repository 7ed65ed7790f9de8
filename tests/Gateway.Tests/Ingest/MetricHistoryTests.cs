using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Tests.Running;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

/// <summary>Random histories of a thing: batches, failed commits, restarts and a clock that leaps.</summary>
public sealed class MetricHistoryTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(60);

    private static readonly MetricCatalog Numbers = new([new CustomMetricDefinition("level", MetricValueKind.Number)]);
    private static readonly MetricCatalog Lists = new([new CustomMetricDefinition("level", MetricValueKind.Numbers)]);

    // Milliseconds from one report to the next.
    private static readonly long[] Steps =
        [0, 1, 7, 1000, 300_000, 300_000, 300_000, 300_000, 299_983, 7_200_011, MetricBlock.Day, -1, -999, -1000, -1001, -300_007, -7_200_023, -MetricBlock.Day];

    [Fact]
    public void Every_kept_value_of_every_stored_report_is_listed_once_newest_first()
    {
        int merges = 0, failures = 0, steppedBack = 0;
        Prop.ForAll(Histories().ToArbitrary(), history =>
        {
            using var thing = new Recorded();
            foreach (Step step in history)
            {
                thing.Report(step.Milliseconds);
                steppedBack += step.Milliseconds < -1000 ? 1 : 0;
                if (step.EndsBatch)
                    thing.Commit(step.Fails);
                failures += step.EndsBatch && step.Fails ? 1 : 0;
                if (step.EndsBatch && step.Restarts)
                    thing.Restart();
            }

            thing.Commit(fails: false);
            thing.Check();
            thing.Restart();
            thing.Check();
            merges += thing.Merges;
        }).Check(Often);

        // A generator that misses what this is about tests less than it says.
        Assert.All((int[])[merges, failures, steppedBack], count => Assert.InRange(count, 5, int.MaxValue));
    }

    [Fact]
    public void A_metric_that_comes_back_with_another_type_is_another_series()
    {
        using var thing = new Recorded();
        thing.Report(0);
        thing.Commit(fails: false);
        thing.Define(Lists);
        thing.Report(60_000);
        thing.Commit(fails: false);
        thing.Restart();
        thing.Report(60_000);
        thing.Commit(fails: false);

        Assert.Equal([MetricValue.OfNumber(1)], thing.Listed(Numbers.All[^1]).Select(sample => sample.Value));
        Assert.Equal([MetricValue.OfNumbers([3]), MetricValue.OfNumbers([2])], thing.Listed(Lists.All[^1]).Select(sample => sample.Value));
    }

    [Fact]
    public void Pages_over_a_clock_that_was_set_back_leave_nothing_out()
    {
        // A merged block of three hours; then the clock goes two hours back, into it.
        using var thing = new Recorded();
        for (int i = 0; i < 40; i++)
        {
            thing.Report(i == 33 ? -7_200_023 : 300_000);
            thing.Commit(fails: false);
        }

        Assert.Equal(1, thing.Merges);
        thing.Check();
        Assert.Equal(40, thing.Pages(BuiltInMetrics.AllBytesIn, 3).Count);
    }

    private static Gen<Step[]> Histories() =>
        from count in Gen.Choose(0, 150)
        from regular in Gen.Elements(true, false)
        from steps in Gen.ArrayOf(
            from step in regular ? Gen.Frequency((20, Gen.Constant(300_000L)), (1, Gen.Elements(Steps))) : Gen.Elements(Steps)
            from ends in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
            from fails in Gen.Frequency((12, Gen.Constant(false)), (1, Gen.Constant(true)))
            from restarts in Gen.Frequency((12, Gen.Constant(false)), (1, Gen.Constant(true)))
            select new Step(step, ends, fails, restarts),
            count)
        select steps;

    private sealed record Step(long Milliseconds, bool EndsBatch, bool Fails, bool Restarts);

    /// <summary>A thing's values as they are recorded, beside a plain list of what must be there.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("defender-history-").FullName;
        private readonly FaultyStore _store;
        private readonly StoreBatch _batch = new();
        private readonly List<long> _expected = [];
        private readonly List<long> _inBatch = [];

        // Blocks of one start replace each other: reports of a clock that comes by again at the very millisecond are not made.
        private readonly HashSet<long> _times = [];
        private MetricCatalog _catalog = Numbers;
        private SeriesTable _series = null!;
        private MetricLog _log = null!;
        private ThingTable _things = null!;
        private ThingProfiles _profiles = null!;
        private long _now = 20_000 * MetricBlock.Day;
        private long _next = 1;

        public Recorded()
        {
            _store = new FaultyStore(_directory);
            Restart();
            Define(Numbers);
        }

        public int Merges { get; private set; }

        public void Define(MetricCatalog catalog)
        {
            _catalog = catalog;
            var profile = new SecurityProfile("p")
            {
                AdditionalMetricsToRetain = [new(BuiltInMetrics.AllBytesIn), new(BuiltInMetrics.ListeningTcpPorts), new(catalog.All[^1])],
            };
            _profiles = ProfileSet.Compile([new ProfileAttachment(profile, [AttachmentTarget.AllThings])]).For(ThingMembership.Unregistered);
        }

        public void Report(long step)
        {
            ThingRecord thing = _things.Get("pump"u8);
            _now += step;
            while (_times.Contains(thing.Tail.Count > 0 && _now <= thing.Tail.Last && thing.Tail.Last - _now <= 1000 ? thing.Tail.Last + 1 : _now))
                _now++;
            long value = _next++;
            var datapoints = new DatapointBuffer();
            datapoints.AddCount(BuiltInMetrics.AllBytesIn, value);
            datapoints.AddCount(BuiltInMetrics.AllBytesOut, value);
            datapoints.AddPorts(BuiltInMetrics.ListeningTcpPorts, [(ushort)value]);
            if (_catalog == Numbers)
                datapoints.AddNumber(_catalog.All[^1], value);
            else
                datapoints.AddNumbers(_catalog.All[^1], [value]);
            _log.Record(thing, _profiles, datapoints, DateTimeOffset.FromUnixTimeMilliseconds(_now), _batch);
            Assert.InRange(thing.Tail.Last, _now, _now + 1001);
            _times.Add(thing.Tail.Last);
            _inBatch.Add(value);
        }

        public void Commit(bool fails)
        {
            ThingRecord thing = _things.Get("pump"u8);
            _batch.ThingStates.Add(new ThingStateRow("pump", thing.Write(new ArrayBufferWriter<byte>()), InAlarm: false, DateTimeOffset.UnixEpoch));
            _store.IsFull = fails;
            if (fails)
            {
                Assert.Throws<StoreException>(() => _store.Commit(_batch));
                _things.Forget("pump"u8);
            }
            else
            {
                _store.Commit(_batch);
                _log.Stored(_batch);
                _expected.AddRange(_inBatch);
                Merges += _batch.MergedMetricBlocks.Count;
            }

            _inBatch.Clear();
            _batch.Clear();
        }

        public void Restart()
        {
            _series = new SeriesTable(_store);
            _log = new MetricLog(_store, _series);
            _things = new ThingTable(_store, NullLogger.Instance);
        }

        public void Check()
        {
            IReadOnlyList<MetricSample> counts = Listed(BuiltInMetrics.AllBytesIn);
            Assert.Equal(_expected, counts.Select(sample => sample.Value.Count).Order());
            Assert.Equal(counts.OrderByDescending(sample => sample.Time), counts);
            Assert.Equal(
                counts.Select(sample => (sample.Time, sample.Value.Count)).Order(),
                Listed(BuiltInMetrics.ListeningTcpPorts).Select(sample => (sample.Time, (long)sample.Value.Ports.Single())).Order());
            Assert.Equal(
                counts.Select(sample => (sample.Time, sample.Value.Count)).Order(),
                Listed(Numbers.All[^1]).Select(sample => (sample.Time, (long)sample.Value.Number)).Order());
            Assert.Empty(Listed(BuiltInMetrics.AllBytesOut));
        }

        public IReadOnlyList<MetricSample> Listed(Metric metric) => new MetricValueReader(_store, _series)
            .Newest("pump", metric, null, DateTimeOffset.UnixEpoch, DateTimeOffset.FromUnixTimeMilliseconds(40_000 * MetricBlock.Day), int.MaxValue);

        /// <summary>The values, read as a list is paged through: on from below the oldest time of a page.</summary>
        public List<MetricSample> Pages(Metric metric, int size)
        {
            List<MetricSample> all = [];
            var reader = new MetricValueReader(_store, _series);
            DateTimeOffset to = DateTimeOffset.FromUnixTimeMilliseconds(40_000 * MetricBlock.Day);
            while (reader.Newest("pump", metric, null, DateTimeOffset.UnixEpoch, to, size) is { Count: > 0 } page)
            {
                all.AddRange(page);
                to = DateTimeOffset.FromUnixTimeMilliseconds(page[^1].Time - 1);
            }

            return all;
        }

        public void Dispose()
        {
            _store.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
