using Defender.Agent.Core.Counters;

namespace Defender.Agent.Linux.Collectors;

/// <summary>The kernel's traffic counters of this network namespace.</summary>
internal interface ICounterSource
{
    /// <summary>The interfaces counted by the last sample, for the log: <c>eth0, wlan0</c>.</summary>
    string CountedInterfaces { get; }

    /// <summary>Takes one sample of every counted interface.</summary>
    /// <returns>Rows that could not be read and were left out.</returns>
    /// <exception cref="System.IO.IOException">The counters cannot be read.</exception>
    int Sample(DeltaCounters counters, long uptimeMs);
}
