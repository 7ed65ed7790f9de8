using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>Which series of a store a datapoint belongs to.</summary>
/// <param name="context">What the caller has to look it up by.</param>
/// <param name="metric">The datapoint's metric.</param>
/// <param name="dimension">The datapoint's dimension; null for all topics.</param>
/// <returns>The id, 0 or more, of values of this metric's kind only; negative when the value is not kept.</returns>
internal delegate int SeriesLookup<in TContext>(TContext context, Metric metric, MetricDimension? dimension);
