namespace Defender.Agent.Linux.Metrics;

/// <summary>A metric of the user's own that a command prints; the command has run before.</summary>
internal sealed class CommandMetricSource(UserMetric metric) : IMetricSource
{
    public string Name => metric.Name;

    public RunningCommand Command { get; } = new(metric.Command, metric.Timeout, metric.MaxBytes);

    public string? AddTo(Core.Reports.CustomMetrics metrics)
    {
        if (Command.Failure is { } failure)
            return failure;
        return MetricText.AddTo(metrics, Name, metric.Type, Command.Output) is { } reason ? $"what it prints {reason}" : null;
    }
}
