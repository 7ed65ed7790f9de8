using Defender.Evaluator.Alarms;
using Defender.Evaluator.Behaviors;
using Defender.Evaluator.Windows;

namespace Defender.Evaluator.Judging;

/// <summary>Where one behavior of one thing stands. Mutable, held in the array of a <see cref="ThingState"/>.</summary>
internal struct BehaviorState(BehaviorKey key)
{
    /// <summary>Of <see cref="LastDatapoint"/> when there was none yet.</summary>
    public const long Never = long.MinValue;

    /// <summary>The definition that this is the state of.</summary>
    public readonly BehaviorKey Key = key;

    /// <summary>Time of the newest datapoint, Unix milliseconds.</summary>
    public long LastDatapoint = Never;

    /// <summary>The alarm state machine.</summary>
    public AlarmProgress Progress;

    /// <summary>Alarms opened up to now.</summary>
    public uint Opened;

    /// <summary>Set exactly while <see cref="Progress"/> is open.</summary>
    public OpenAlarm? Alarm;

    /// <summary>Set from the first datapoint on where the behavior sums over tumbling windows.</summary>
    public TumblingWindow? Window;
}
