namespace Defender.Evaluator.Metrics;

/// <summary>Who measures a metric.</summary>
public enum MetricSide
{
    /// <summary>The MQTT endpoint, from its own events.</summary>
    Cloud,

    /// <summary>The device, in the <c>metrics</c> block of its report.</summary>
    Device,

    /// <summary>The device, in the <c>custom_metrics</c> block of its report, as the account defined it.</summary>
    Custom,
}
