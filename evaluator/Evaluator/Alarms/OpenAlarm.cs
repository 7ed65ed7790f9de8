using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Alarms;

/// <summary>
/// What an open alarm remembers of its beginning. The behavior is kept and saved in full, so that the alarm can be
/// declared void with a copy of its behavior when the profile is long gone. Immutable.
/// </summary>
/// <param name="SecurityProfileName">The profile.</param>
/// <param name="Behavior">The behavior as it is judged.</param>
/// <param name="StartedAt">Time of the in-alarm event, Unix milliseconds.</param>
internal sealed record OpenAlarm(string SecurityProfileName, Behavior Behavior, long StartedAt);
