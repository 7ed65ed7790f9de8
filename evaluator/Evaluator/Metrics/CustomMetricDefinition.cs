namespace Defender.Evaluator.Metrics;

/// <summary>A custom metric as the account defined it.</summary>
/// <param name="MetricName">1 to 128 of <c>[a-zA-Z0-9:_-]</c>, not starting with <c>aws:</c>.</param>
/// <param name="Kind">
/// The API's metric type: <c>number</c> is <see cref="MetricValueKind.Number"/>, <c>number-list</c>
/// <see cref="MetricValueKind.Numbers"/>, <c>string-list</c> <see cref="MetricValueKind.Strings"/>,
/// <c>ip-address-list</c> <see cref="MetricValueKind.Cidrs"/>.
/// </param>
public sealed record CustomMetricDefinition(string MetricName, MetricValueKind Kind);
