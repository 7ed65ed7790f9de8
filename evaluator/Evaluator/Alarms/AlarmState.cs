namespace Defender.Evaluator.Alarms;

/// <summary>Where one behavior of one thing stands.</summary>
public enum AlarmState
{
    /// <summary>The last datapoint conformed, or there was none yet.</summary>
    Normal,

    /// <summary>Datapoints violate, but fewer in a row than consecutiveDatapointsToAlarm.</summary>
    Pending,

    /// <summary>The alarm is open and the last datapoint violated.</summary>
    InAlarm,

    /// <summary>The alarm is open; datapoints conform, but fewer in a row than consecutiveDatapointsToClear.</summary>
    Clearing,
}
