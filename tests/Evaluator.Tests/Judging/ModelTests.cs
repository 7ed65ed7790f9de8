using System;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>Behaviors that follow a model, through the seam that models come in by.</summary>
public sealed class ModelTests
{
    private static readonly Metric Delta = BuiltInMetrics.AllBytesOut;
    private static readonly Behavior Behavior = new("model", Delta, new ModelCriteria(ConfidenceLevel.Medium) { ConsecutiveDatapointsToAlarm = 2 });

    [Fact]
    public void Without_models_nothing_alarms()
    {
        var bench = new Bench(Behavior);
        for (int i = 0; i < 20; i++)
            Assert.Empty(bench.Observe(i * 300, Delta, i % 2 == 0 ? long.MaxValue : 0));
    }

    [Theory]
    [InlineData(9, 10.0)]
    [InlineData(21, 20.0)]
    public void A_value_outside_the_range_violates_and_the_event_tells_the_bound(long value, double bound)
    {
        var bench = new Bench(Behavior) { };
        var judge = new Judge(JudgeOptions.Default, models: new TenToTwenty());
        var buffer = new DatapointBuffer();
        void Observe(int at, long count)
        {
            buffer.Clear();
            buffer.AddCount(Delta, count);
            judge.Observe(Bench.Thing, bench.Profiles, bench.State, buffer, Bench.Start.AddSeconds(at), bench.Events);
        }

        Observe(0, 10);
        Observe(300, value);
        Observe(TenToTwenty.Gap, value);
        Assert.Empty(bench.Events);
        Observe(900, value);
        Observe(1200, 20);

        Assert.Equal([ViolationEventType.InAlarm, ViolationEventType.AlarmCleared], bench.Events.Select(e => e.Type));
        Assert.Equal((bound, MetricValue.OfCount(value)), (bench.Events[0].Threshold, bench.Events[0].MetricValue));
    }

    private sealed class TenToTwenty : IModelBounds
    {
        /// <summary>When there is no model.</summary>
        public const int Gap = 600;

        public bool TryGet(string thingName, string securityProfileName, Behavior behavior, DateTimeOffset at, out ModelRange range)
        {
            Assert.Equal((Bench.Thing, Bench.Profile, Behavior), (thingName, securityProfileName, behavior));
            range = new ModelRange(10, 20);
            return at != Bench.Start.AddSeconds(Gap);
        }
    }
}
