namespace Defender.Agent.Linux.Metrics;

/// <summary>AWS: the types of custom metrics (CreateCustomMetric, metricType).</summary>
internal enum CustomMetricType
{
    /// <summary><c>number</c></summary>
    Number,

    /// <summary><c>number-list</c></summary>
    NumberList,

    /// <summary><c>string-list</c></summary>
    StringList,

    /// <summary><c>ip-address-list</c></summary>
    IpAddressList,
}
