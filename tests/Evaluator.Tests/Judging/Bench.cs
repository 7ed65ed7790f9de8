using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Tests.Judging;

/// <summary>One thing before one judge, with a clock that the test moves: the words that the tests of judging are written in.</summary>
internal sealed class Bench
{
    public const string Thing = "pump-17";
    public const string Profile = "site-a";

    private readonly DatapointBuffer _buffer = new();

    public Bench(params Behavior[] behaviors)
        : this(JudgeOptions.Default, behaviors)
    {
    }

    public Bench(JudgeOptions options, params Behavior[] behaviors)
    {
        Judge = new Judge(options);
        Attach(behaviors);
    }

    public Judge Judge { get; }

    public ThingState State { get; set; } = new();

    public ThingProfiles Profiles { get; set; } = ThingProfiles.None;

    /// <summary>All events up to now.</summary>
    public List<ViolationEvent> Events { get; } = [];

    /// <summary>An instant that is a multiple of every duration.</summary>
    public static DateTimeOffset Start { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_002_800);

    /// <summary>Replaces what is attached to the thing.</summary>
    public void Attach(params Behavior[] behaviors) => Profiles = Compile(new SecurityProfile(Profile) { Behaviors = [.. behaviors] });

    public static ThingProfiles Compile(params SecurityProfile[] profiles)
    {
        var attachments = new List<ProfileAttachment>();
        foreach (SecurityProfile profile in profiles)
            attachments.Add(new ProfileAttachment(profile, [AttachmentTarget.AllThings]));
        return ProfileSet.Compile(attachments).For(ThingMembership.Registered);
    }

    /// <summary>Judges the datapoints that <paramref name="fill"/> adds, and answers the events of this call.</summary>
    public ViolationEvent[] Observe(double seconds, Action<DatapointBuffer> fill)
    {
        _buffer.Clear();
        fill(_buffer);
        int before = Events.Count;
        Judge.Observe(Thing, Profiles, State, _buffer, Start.AddSeconds(seconds), Events);
        return [.. Events[before..]];
    }

    /// <summary>Judges one count.</summary>
    public ViolationEvent[] Observe(double seconds, Metric metric, long count) => Observe(seconds, buffer => buffer.AddCount(metric, count));

    /// <summary>Lets time pass, and answers the events of this call.</summary>
    public ViolationEvent[] Advance(double seconds)
    {
        int before = Events.Count;
        Judge.Advance(Thing, Profiles, State, Start.AddSeconds(seconds), Events);
        return [.. Events[before..]];
    }

    /// <summary>A behavior with a fixed count.</summary>
    public static Behavior Count(
        Metric metric, ComparisonOperator comparison, long count, int? duration = null, int toAlarm = 1, int toClear = 1) =>
        new("behavior", metric, new StaticCriteria(comparison, MetricValue.OfCount(count), duration)
        {
            ConsecutiveDatapointsToAlarm = toAlarm,
            ConsecutiveDatapointsToClear = toClear,
        });
}
