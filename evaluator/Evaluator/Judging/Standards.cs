using System;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Percentiles;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>What values are held against when it is not fixed: the fleet's percentiles and the models' ranges.</summary>
/// <param name="fleet">Takes the values that are judged here.</param>
/// <param name="models">Null where there are none.</param>
internal sealed class Standards(FleetStatistics fleet, IModelBounds? models)
{
    public FleetStatistics Fleet { get; } = fleet;

    public FleetStatistics Thresholds { get; set; } = fleet;

    /// <summary>Holds a value against the percentile or the model; null while there is none.</summary>
    public Verdict? Hold(string thingName, CompiledBehavior behavior, double value, long time) => behavior.Statistical is { } criteria
        ? HoldAgainstFleet(behavior, criteria, value, time)
        : HoldAgainstModel(thingName, behavior, value, time);

    /// <summary>Lets a value count in the fleet's percentiles, if it is for that.</summary>
    public void Feed(CompiledBehavior behavior, double value, long time, bool isFirstOfThing)
    {
        // AWS: metric values with a negative number have no percentile statistics.
        if (behavior.Statistical is not null && value >= 0)
            Fleet.Add(behavior.Key, behavior.Duration, time, value, isFirstOfThing);
    }

    private Verdict? HoldAgainstFleet(CompiledBehavior behavior, StatisticalCriteria criteria, double value, long time)
    {
        if (value < 0 || !Thresholds.TryGetThreshold(behavior.Key, criteria, time, out double threshold))
            return null;
        return new Verdict(new Bound(criteria.Operator, threshold).Holds(value), threshold);
    }

    private Verdict? HoldAgainstModel(string thingName, CompiledBehavior behavior, double value, long time)
    {
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(time);
        if (models is null || !models.TryGet(thingName, behavior.SecurityProfileName, behavior.Behavior, at, out ModelRange range))
            return null;
        if (value > range.Highest)
            return new Verdict(Conforms: false, range.Highest);
        return new Verdict(value >= range.Lowest, range.Lowest);
    }
}
