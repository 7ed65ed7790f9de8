namespace Defender.Evaluator.Profiles;

/// <summary>Which check of the contract a security profile document failed; the names are the contract's ids.</summary>
public enum ProfileRule
{
    /// <summary>The document: not JSON, too large, too deep, or a member of the wrong JSON type.</summary>
    P00,

    /// <summary>Behavior.name: 1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</summary>
    P01,

    /// <summary>Behavior names are unique in a profile.</summary>
    P02,

    /// <summary>A metric is named.</summary>
    P03,

    /// <summary>The metric is a built-in one or a custom one of the account.</summary>
    P04,

    /// <summary>Criteria hold exactly one of value, statisticalThreshold and mlDetectionConfig.</summary>
    P05,

    /// <summary>The comparison operator fits the metric.</summary>
    P06,

    /// <summary>The value has the one member of the metric's kind.</summary>
    P07,

    /// <summary>The members of a value are in range.</summary>
    P08,

    /// <summary>durationSeconds: one of the five, present and absent where the metric asks for it.</summary>
    P09,

    /// <summary>A percentile is one of the eleven and on a metric that has percentiles.</summary>
    P10,

    /// <summary>consecutiveDatapointsToAlarm and consecutiveDatapointsToClear: 1 to 10.</summary>
    P11,

    /// <summary>ML Detect: a known confidence level, a metric it supports, nothing beside it.</summary>
    P12,

    /// <summary>The dimension exists and the metric may be narrowed by it.</summary>
    P13,

    /// <summary>Quotas: behaviors and value elements of a profile.</summary>
    P14,

    /// <summary>alertTargets.</summary>
    P15,

    /// <summary>metricsExportConfig.</summary>
    P16,

    /// <summary>
    /// additionalMetricsToRetain and additionalMetricsToRetainV2 exclude each other, and so do, in an update, a delete flag
    /// and what it deletes.
    /// </summary>
    P17,

    /// <summary>securityProfileName and securityProfileDescription.</summary>
    P18,

    /// <summary>tags.</summary>
    P19,
}
