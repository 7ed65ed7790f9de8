namespace Defender.Evaluator.Alarms;

/// <summary>What happened to an alarm (ViolationEvent.violationEventType).</summary>
public enum ViolationEventType
{
    /// <summary><c>in-alarm</c>: consecutive datapoints violated the behavior, the alarm starts.</summary>
    InAlarm,

    /// <summary><c>alarm-cleared</c>: consecutive datapoints conformed, the alarm ends.</summary>
    AlarmCleared,

    /// <summary><c>alarm-invalidated</c>: the alarm ends without evidence of conformity: no datapoint for two days, or no longer monitored.</summary>
    AlarmInvalidated,
}
