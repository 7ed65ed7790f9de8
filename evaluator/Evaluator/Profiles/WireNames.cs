using System.Collections.Immutable;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Profiles;

/// <summary>AWS's spelling of the enumerations, for readers and writers alike. Lookups are exact: case counts.</summary>
public static class WireNames
{
    /// <summary>ComparisonOperator, by value of the enumeration.</summary>
    public static ImmutableArray<string> ComparisonOperators { get; } =
    [
        "less-than", "less-than-equals", "greater-than", "greater-than-equals", "in-cidr-set", "not-in-cidr-set",
        "in-port-set", "not-in-port-set", "in-set", "not-in-set",
    ];

    /// <summary>ConfidenceLevel, by value of the enumeration.</summary>
    public static ImmutableArray<string> ConfidenceLevels { get; } = ["LOW", "MEDIUM", "HIGH"];

    /// <summary>DimensionValueOperator, by value of the enumeration.</summary>
    public static ImmutableArray<string> DimensionValueOperators { get; } = ["IN", "NOT_IN"];

    /// <summary>The members of MetricValue, by value of the enumeration.</summary>
    public static ImmutableArray<string> MetricValueMembers { get; } = ["count", "number", "ports", "cidrs", "numbers", "strings"];

    /// <summary>ViolationEventType, by value of the enumeration.</summary>
    public static ImmutableArray<string> ViolationEventTypes { get; } = ["in-alarm", "alarm-cleared", "alarm-invalidated"];

    /// <summary>CustomMetricType, in the order of <see cref="CustomMetricKinds"/>.</summary>
    public static ImmutableArray<string> CustomMetricTypes { get; } = ["number", "number-list", "string-list", "ip-address-list"];

    private static readonly ImmutableArray<MetricValueKind> CustomMetricKinds =
        [MetricValueKind.Number, MetricValueKind.Numbers, MetricValueKind.Strings, MetricValueKind.Cidrs];

    /// <summary><c>less-than</c> and the like.</summary>
    public static string ToWireName(this ComparisonOperator value) => ComparisonOperators[(int)value];

    /// <summary><c>LOW</c>, <c>MEDIUM</c> or <c>HIGH</c>.</summary>
    public static string ToWireName(this ConfidenceLevel value) => ConfidenceLevels[(int)value];

    /// <summary><c>IN</c> or <c>NOT_IN</c>.</summary>
    public static string ToWireName(this DimensionValueOperator value) => DimensionValueOperators[(int)value];

    /// <summary>The member of MetricValue: <c>count</c> and the like.</summary>
    public static string ToWireName(this MetricValueKind value) => MetricValueMembers[(int)value];

    /// <summary><c>in-alarm</c> and the like.</summary>
    public static string ToWireName(this ViolationEventType value) => ViolationEventTypes[(int)value];

    /// <summary>Reads <c>less-than</c> and the like.</summary>
    public static bool TryParse(string text, out ComparisonOperator value)
    {
        int index = ComparisonOperators.IndexOf(text);
        value = (ComparisonOperator)index;
        return index >= 0;
    }

    /// <summary>Reads <c>LOW</c>, <c>MEDIUM</c> or <c>HIGH</c>.</summary>
    public static bool TryParse(string text, out ConfidenceLevel value)
    {
        int index = ConfidenceLevels.IndexOf(text);
        value = (ConfidenceLevel)index;
        return index >= 0;
    }

    /// <summary>Reads <c>IN</c> or <c>NOT_IN</c>.</summary>
    public static bool TryParse(string text, out DimensionValueOperator value)
    {
        int index = DimensionValueOperators.IndexOf(text);
        value = (DimensionValueOperator)index;
        return index >= 0;
    }

    /// <summary>Reads <c>in-alarm</c> and the like.</summary>
    public static bool TryParse(string text, out ViolationEventType value)
    {
        int index = ViolationEventTypes.IndexOf(text);
        value = (ViolationEventType)index;
        return index >= 0;
    }

    /// <summary>Reads CustomMetricType: <c>number</c>, <c>number-list</c>, <c>string-list</c> or <c>ip-address-list</c>.</summary>
    public static bool TryParseCustomMetricType(string text, out MetricValueKind kind)
    {
        int index = CustomMetricTypes.IndexOf(text);
        kind = index >= 0 ? CustomMetricKinds[index] : default;
        return index >= 0;
    }
}
