using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>
/// The rules of judging written down once more, slowly: it keeps every datapoint and every verdict for ever and
/// recounts them each time. Counts only; times in seconds.
/// </summary>
internal sealed class NaiveJudge(bool early)
{
    private const long TwoDays = 172_800, Grace = 60;

    private readonly Dictionary<(string Thing, Behavior Behavior), Memory> _memories = [];
    private readonly Dictionary<(string Thing, Metric Metric), List<(long Time, long Value)>> _reports = [];
    private readonly Dictionary<(string Thing, Metric Metric), long> _since = [];
    private readonly Dictionary<string, Behavior[]> _attached = [];
    private readonly Dictionary<Behavior, Fleet> _fleets = [];

    public List<(string Thing, string Behavior, ViolationEventType Type, long Time, long? Value, double? Threshold)> Events { get; } = [];

    /// <summary>The open alarms, with the newest value that violated.</summary>
    public IEnumerable<(string Thing, string Behavior, long Time, long Value)> Open() => _memories
        .Where(memory => memory.Value.IsOpen)
        .Select(memory => (memory.Key.Thing, memory.Key.Behavior.Name, memory.Value.LastViolation.Time, memory.Value.LastViolation.Value));

    public void Observe(string thing, Behavior[] behaviors, Metric metric, long value, long time)
    {
        Attach(thing, behaviors, time);
        List<(long Time, long Value)> reports = Report(thing, behaviors, metric, value, time);
        foreach (Behavior behavior in behaviors.Where(behavior => behavior.Metric == metric))
        {
            Memory memory = _memories[(thing, behavior)];
            if (memory.OpenWindow is { } open && time > open)
                Close(thing, behavior, memory);
            EndSilence(thing, behavior, memory, time);
            long now = memory.History.Select(datapoint => datapoint.Time).Append(time).Max();
            bool isFirst = memory.History.Count == 0 || End(behavior, memory.History[^1].Time) != End(behavior, now);
            memory.History.Add((now, value));

            int duration = Duration(behavior);
            bool summed = metric.Duration == DurationUse.Required && duration > 300;
            if (summed && metric.Side == MetricSide.Cloud)
            {
                AddToWindow(thing, behavior, memory, value, now);
                continue;
            }

            if (summed && behavior.Criteria is StatisticalCriteria && reports[^1].Time - _since[(thing, metric)] < duration)
                continue;
            long judged = summed ? reports.Where(report => report.Time > reports[^1].Time - duration).Sum(report => report.Value) : value;
            Hold(thing, behavior, memory, judged, now, End(behavior, now));
            if (isFirst || metric.Duration != DurationUse.Required)
                Feed(behavior, End(behavior, now), judged, thing);
        }
    }

    public void Advance(string thing, Behavior[] behaviors, long time)
    {
        Attach(thing, behaviors, time);
        foreach (Behavior behavior in behaviors)
        {
            Memory memory = _memories[(thing, behavior)];
            if (memory.OpenWindow is { } open && time >= open + Grace)
                Close(thing, behavior, memory);
            EndSilence(thing, behavior, memory, time);
        }
    }

    private void Attach(string thing, Behavior[] behaviors, long time)
    {
        foreach (Behavior gone in _attached.GetValueOrDefault(thing, []).Except(behaviors))
        {
            Memory memory = _memories[(thing, gone)];
            if (memory.IsOpen)
                Record(thing, gone, ViolationEventType.AlarmInvalidated, memory.History.Select(datapoint => datapoint.Time).Append(time).Max(), null, null);
            _memories.Remove((thing, gone));
        }

        foreach (Behavior behavior in behaviors)
            _memories.TryAdd((thing, behavior), new Memory());

        foreach ((string Thing, Metric Metric) key in _reports.Keys.Where(key => key.Thing == thing && LongestTrailing(behaviors, key.Metric) == 0))
            _reports.Remove(key);
        _attached[thing] = behaviors;
    }

    /// <summary>What trails is remembered for the metric, as far back as a behavior of that time asks for.</summary>
    private List<(long Time, long Value)> Report(string thing, Behavior[] behaviors, Metric metric, long value, long time)
    {
        int longest = LongestTrailing(behaviors, metric);
        if (longest == 0)
            return [];
        if (!_reports.TryGetValue((thing, metric), out var reports))
            _reports.Add((thing, metric), reports = []);
        long now = reports.Select(report => report.Time).Append(time).Max();
        reports.RemoveAll(report => report.Time <= now - longest);
        if (reports.Count == 0)
            _since[(thing, metric)] = now;
        reports.Add((now, value));
        return reports;
    }

    private static int LongestTrailing(Behavior[] behaviors, Metric metric) => behaviors
        .Where(behavior => behavior.Metric == metric && metric.Side == MetricSide.Device && metric.Duration == DurationUse.Required)
        .Select(Duration).Where(duration => duration > 300).DefaultIfEmpty().Max();

    private void AddToWindow(string thing, Behavior behavior, Memory memory, long value, long now)
    {
        if (memory.OpenWindow is null)
        {
            memory.OpenWindow = Math.Max(End(behavior, now), memory.LastWindow + Duration(behavior));
            memory.LastWindow = memory.OpenWindow.Value;
            memory.InWindow.Clear();
            memory.IsWindowJudged = false;
        }

        memory.InWindow.Add(value);
        if (now == memory.OpenWindow)
            Close(thing, behavior, memory);
        else if (early && !memory.IsWindowJudged && Operator(behavior) is ComparisonOperator.LessThan or ComparisonOperator.LessThanEquals
            && Limit(behavior, memory.OpenWindow.Value) is { } limit && !Conforms(Operator(behavior), memory.InWindow.Sum(), limit))
            memory.IsWindowJudged = Hold(thing, behavior, memory, memory.InWindow.Sum(), now, memory.OpenWindow.Value);
    }

    private void Close(string thing, Behavior behavior, Memory memory)
    {
        long end = memory.OpenWindow!.Value;
        memory.OpenWindow = null;
        if (!memory.IsWindowJudged)
            Hold(thing, behavior, memory, memory.InWindow.Sum(), end, end);
        Feed(behavior, end, memory.InWindow.Sum(), thing);
    }

    private void EndSilence(string thing, Behavior behavior, Memory memory, long time)
    {
        if (!memory.IsOpen || time - memory.History[^1].Time <= TwoDays)
            return;
        Record(thing, behavior, ViolationEventType.AlarmInvalidated, memory.History[^1].Time + TwoDays, null, null);
        memory.IsOpen = false;
        memory.Verdicts.Clear();
    }

    private bool Hold(string thing, Behavior behavior, Memory memory, long value, long time, long window)
    {
        if (Limit(behavior, window) is not { } limit)
            return false;
        double? threshold = behavior.Criteria is StatisticalCriteria ? limit : null;
        memory.Verdicts.Add(Conforms(Operator(behavior), value, limit));
        int run = memory.IsOpen ? behavior.Criteria.ConsecutiveDatapointsToClear : behavior.Criteria.ConsecutiveDatapointsToAlarm;
        if (!memory.Verdicts[^1])
            memory.LastViolation = (memory.IsOpen ? Math.Max(time, memory.LastViolation.Time) : time, value);
        if (memory.Verdicts.Count < run || memory.Verdicts.TakeLast(run).Any(conforms => conforms != memory.IsOpen))
            return true;
        Record(thing, behavior, memory.IsOpen ? ViolationEventType.AlarmCleared : ViolationEventType.InAlarm, time, value, threshold);
        memory.IsOpen = !memory.IsOpen;
        memory.Verdicts.Clear();
        return true;
    }

    private double? Limit(Behavior behavior, long window)
    {
        if (behavior.Criteria is StaticCriteria fixedValue)
            return fixedValue.Value.Count;
        if (!_fleets.TryGetValue(behavior, out Fleet? fleet))
            return null;
        fleet.Newest = Math.Max(fleet.Newest, window);
        var before = fleet.Values.Where(value => value.Window == window - Duration(behavior)).ToArray();
        if (fleet.Newest != window || before.DistinctBy(value => value.Thing).Count() < 2)
            return null;
        decimal percentile = (decimal)((StatisticalCriteria)behavior.Criteria).Statistic.Percentile;
        int rank = Math.Max(1, (int)Math.Ceiling(percentile * before.Length / 100));
        return before.Select(value => value.Value).Order().ElementAt(rank - 1);
    }

    private void Feed(Behavior behavior, long window, long value, string thing)
    {
        if (behavior.Criteria is not StatisticalCriteria)
            return;
        if (!_fleets.TryGetValue(behavior, out Fleet? fleet))
            _fleets.Add(behavior, fleet = new Fleet());
        fleet.Newest = Math.Max(fleet.Newest, window);
        if (fleet.Newest == window)
            fleet.Values.Add((window, value, thing));
    }

    private static bool Conforms(ComparisonOperator comparison, double value, double limit) => comparison switch
    {
        ComparisonOperator.LessThan => value < limit,
        ComparisonOperator.LessThanEquals => value <= limit,
        ComparisonOperator.GreaterThan => value > limit,
        _ => value >= limit,
    };

    private static ComparisonOperator Operator(Behavior behavior) =>
        (behavior.Criteria as StaticCriteria)?.Operator ?? ((StatisticalCriteria)behavior.Criteria).Operator;

    private static int Duration(Behavior behavior) =>
        (behavior.Criteria as StaticCriteria)?.DurationSeconds ?? ((StatisticalCriteria)behavior.Criteria).DurationSeconds;

    private static long End(Behavior behavior, long time) =>
        (long)Math.Ceiling((decimal)time / Duration(behavior)) * Duration(behavior);

    private void Record(string thing, Behavior behavior, ViolationEventType type, long time, long? value, double? threshold) =>
        Events.Add((thing, behavior.Name, type, time, value, threshold));

    private sealed class Memory
    {
        public List<(long Time, long Value)> History { get; } = [];

        public List<bool> Verdicts { get; } = [];

        public bool IsOpen { get; set; }

        public (long Time, long Value) LastViolation { get; set; }

        public long? OpenWindow { get; set; }

        public long LastWindow { get; set; } = -1_000_000;

        public List<long> InWindow { get; } = [];

        public bool IsWindowJudged { get; set; }
    }

    private sealed class Fleet
    {
        public long Newest { get; set; } = long.MinValue;

        public List<(long Window, long Value, string Thing)> Values { get; } = [];
    }
}
