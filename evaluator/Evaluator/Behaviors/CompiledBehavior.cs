using System;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Behaviors;

/// <summary>A behavior of a profile, made ready to judge. Immutable, shared by all things it applies to.</summary>
internal sealed class CompiledBehavior
{
    private const int SecondsPerMinute = 60;

    /// <exception cref="ArgumentException">The value is not of the metric's kind, or the operator is for another kind.</exception>
    public CompiledBehavior(string securityProfileName, Behavior behavior, SetPool pool)
    {
        SecurityProfileName = securityProfileName;
        Behavior = behavior;
        Key = BehaviorKey.Of(securityProfileName, behavior);
        int? durationSeconds = null;
        switch (behavior.Criteria)
        {
            case StaticCriteria criteria:
                IsStatic = true;
                durationSeconds = criteria.DurationSeconds;
                Demand(criteria.Value.Kind == behavior.Metric.Kind && Fits(criteria.Operator, behavior.Metric.Kind));
                if (behavior.Metric.IsScalar)
                    Bound = MakeBound(behavior.Metric, criteria);
                else
                    Rule = MakeRule(criteria, pool);
                IsUpperBound = Bound.IsUpper(criteria.Operator);
                break;
            case StatisticalCriteria criteria:
                durationSeconds = criteria.DurationSeconds;
                Demand(behavior.Metric.SupportsPercentile && Fits(criteria.Operator, behavior.Metric.Kind));
                Statistical = criteria;
                IsUpperBound = Bound.IsUpper(criteria.Operator);
                break;
            default:
                Demand(behavior.Metric.SupportsModel);
                break;
        }

        Accumulation = Accumulations.Of(behavior.Metric, durationSeconds);
        Duration = (durationSeconds ?? 0) * 1000L;
    }

    public string SecurityProfileName { get; }

    public Behavior Behavior { get; }

    public BehaviorKey Key { get; }

    public Accumulation Accumulation { get; }

    /// <summary>Milliseconds; 0 where the behavior has none.</summary>
    public long Duration { get; }

    /// <summary>What a fixed single value is compared with; meaningless for other criteria.</summary>
    public Bound Bound { get; }

    /// <summary>What a set is compared with; null for single values.</summary>
    public SetRule? Rule { get; }

    /// <summary>Set when the fleet's percentile is compared with.</summary>
    public StatisticalCriteria? Statistical { get; }

    /// <summary>Whether a fixed value is compared with.</summary>
    public bool IsStatic { get; }

    /// <summary>Whether a value can only be too large.</summary>
    public bool IsUpperBound { get; }

    /// <summary>Whether a datapoint meets a fixed value.</summary>
    public bool Conforms(DatapointBuffer datapoints, in Datapoint datapoint)
    {
        if (Rule is not null)
            return Rule.Conforms(datapoints, datapoint);
        return datapoint.Metric.Kind == MetricValueKind.Count ? Bound.Holds(datapoint.Count) : Bound.Holds(datapoint.Number);
    }

    private static bool Fits(ComparisonOperator comparison, MetricValueKind kind) => comparison switch
    {
        <= ComparisonOperator.GreaterThanEquals => kind is MetricValueKind.Count or MetricValueKind.Number,
        <= ComparisonOperator.NotInCidrSet => kind == MetricValueKind.Cidrs,
        <= ComparisonOperator.NotInPortSet => kind == MetricValueKind.Ports,
        _ => kind is MetricValueKind.Numbers or MetricValueKind.Strings,
    };

    private static Bound MakeBound(Metric metric, StaticCriteria criteria)
    {
        if (metric.Kind == MetricValueKind.Number)
            return new Bound(criteria.Operator, criteria.Value.Number);
        long count = criteria.Value.Count;
        if (metric == BuiltInMetrics.DisconnectDuration) // AWS: minutes in the behavior, seconds in the values
            count = count > long.MaxValue / SecondsPerMinute ? long.MaxValue : count * SecondsPerMinute;
        return new Bound(criteria.Operator, count);
    }

    private static SetRule MakeRule(StaticCriteria criteria, SetPool pool)
    {
        bool wanted = criteria.Operator is ComparisonOperator.InPortSet or ComparisonOperator.InCidrSet or ComparisonOperator.InSet;
        return criteria.Value.Kind switch
        {
            MetricValueKind.Ports => new PortRule(pool.Ports(criteria.Value.Ports), wanted),
            MetricValueKind.Cidrs => new CidrRule(pool.Cidrs(criteria.Value.Cidrs), wanted),
            MetricValueKind.Numbers => new NumberRule(new NumberSet(criteria.Value.Numbers), wanted),
            _ => new StringRule(new StringSet(criteria.Value.Strings), wanted),
        };
    }

    private void Demand(bool fits)
    {
        if (!fits)
        {
            throw new ArgumentException(
                $"behavior {Behavior.Name} of profile {SecurityProfileName}: criteria do not fit {Behavior.Metric}; "
                + "the profile reader refuses these");
        }
    }
}
