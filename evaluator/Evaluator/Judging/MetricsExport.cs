using System.Collections.Immutable;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>What one profile exports of the things it applies to, and where to.</summary>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="Config">Its metricsExportConfig.</param>
/// <param name="Series">The series of its behaviors and retained metrics that have <c>exportMetric</c>, each once; never empty.</param>
public sealed record MetricsExport(string SecurityProfileName, MetricsExportConfig Config, ImmutableArray<MetricSeries> Series);
