namespace Defender.Evaluator.Alarms;

/// <summary>The alarm state machine of one behavior of one thing: a state and the length of the run that may end it.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Run">
/// In <see cref="AlarmState.Pending"/> the violating, in <see cref="AlarmState.Clearing"/> the conforming datapoints in
/// a row; otherwise 0.
/// </param>
internal readonly record struct AlarmProgress(AlarmState State, byte Run)
{
    /// <summary>Whether an alarm is open.</summary>
    public bool IsOpen => State is AlarmState.InAlarm or AlarmState.Clearing;

    /// <summary>The state after one more datapoint. A datapoint that breaks a run sets it back to nothing.</summary>
    public AlarmProgress Next(bool conforms, int toAlarm, int toClear) => IsOpen
        ? !conforms ? new(AlarmState.InAlarm, 0)
            : Run + 1 >= toClear ? default
            : new(AlarmState.Clearing, (byte)(Run + 1))
        : conforms ? default
            : Run + 1 >= toAlarm ? new(AlarmState.InAlarm, 0)
            : new(AlarmState.Pending, (byte)(Run + 1));
}
