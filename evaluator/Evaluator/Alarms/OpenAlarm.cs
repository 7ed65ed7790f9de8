using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Alarms;

/// <summary>
/// What an open alarm remembers of its beginning and of the newest value that violated. The behavior is kept and saved
/// in full, so that the alarm can be declared void with a copy of its behavior when the profile is long gone. Mutable,
/// owned by the one state it is in.
/// </summary>
/// <param name="securityProfileName">The profile.</param>
/// <param name="behavior">The behavior as it is judged.</param>
/// <param name="startedAt">Time of the in-alarm event, Unix milliseconds.</param>
/// <param name="lastViolationValue">The value of the in-alarm event, or the newest one, within <see cref="KeptValue"/>'s bounds.</param>
internal sealed class OpenAlarm(string securityProfileName, Behavior behavior, long startedAt, MetricValue lastViolationValue)
{
    public string SecurityProfileName { get; } = securityProfileName;

    public Behavior Behavior { get; set; } = behavior;

    public long StartedAt { get; } = startedAt;

    /// <summary>Unix milliseconds; never goes back.</summary>
    public long LastViolationAt { get; set; } = startedAt;

    public MetricValue LastViolationValue { get; set; } = lastViolationValue;
}
