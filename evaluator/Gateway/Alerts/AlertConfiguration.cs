using System.Collections.Immutable;
using Defender.Gateway.Alerts.Reading;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Alerts;

/// <summary>Which sink stands for which SNS topic. Immutable.</summary>
/// <param name="Sinks">One for each topic, topics unique.</param>
internal sealed record AlertConfiguration(ImmutableArray<SinkOptions> Sinks)
{
    /// <summary>No sinks: alerts are stored and listed only.</summary>
    public static AlertConfiguration None { get; } = new([]);

    /// <summary>Reads the file of <c>--alerts</c>.</summary>
    /// <exception cref="StartupException">It cannot be read or has mistakes; the message names each.</exception>
    public static AlertConfiguration Load(string file) => AlertConfigurationReader.Load(file);
}
