using System.Collections.Immutable;
using Defender.Gateway.Alerts.Sinks;

namespace Defender.Gateway.Alerts;

/// <summary>Which sink stands for which SNS topic. Immutable.</summary>
/// <param name="Sinks">One for each topic, topics unique.</param>
internal sealed record AlertConfiguration(ImmutableArray<SinkOptions> Sinks)
{
    /// <summary>No sinks: alerts are stored and listed only.</summary>
    public static AlertConfiguration None { get; } = new([]);
}
