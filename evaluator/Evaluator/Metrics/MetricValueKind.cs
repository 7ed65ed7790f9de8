namespace Defender.Evaluator.Metrics;

/// <summary>Which member of AWS's MetricValue a metric carries.</summary>
public enum MetricValueKind
{
    /// <summary><c>count</c>: a whole number, 0 or more.</summary>
    Count,

    /// <summary><c>number</c>: any finite number.</summary>
    Number,

    /// <summary><c>ports</c>: a set of port numbers, 0 to 65535.</summary>
    Ports,

    /// <summary><c>cidrs</c>: a set of addresses (in datapoints) or networks (in behaviors).</summary>
    Cidrs,

    /// <summary><c>numbers</c>: a set of numbers.</summary>
    Numbers,

    /// <summary><c>strings</c>: a set of strings.</summary>
    Strings,
}
