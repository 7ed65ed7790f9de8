using System;
using System.Collections.Generic;
using Defender.Evaluator.Alarms;

namespace Defender.Evaluator.Scenarios.Running;

/// <summary>
/// Holds that an alarm keeps its violation id from the event that starts it to the one that ends it, and that no other
/// alarm has it: what an operator's verification state and a mitigation hang on.
/// </summary>
internal sealed class AlarmLedger
{
    private readonly Dictionary<(string Thing, string Profile, string Behavior), string> _open = [];
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Takes the next event; answers what is wrong with its id, null when nothing is.</summary>
    public string? Enter(ViolationEvent violation)
    {
        (string, string, string) alarm = (violation.ThingName, violation.SecurityProfileName, violation.Behavior.Name);
        Outcome outcome = Outcome.Of(violation);
        string? fault = null;
        if (violation.Type == ViolationEventType.InAlarm)
        {
            if (!_used.Add(violation.ViolationId))
                fault = $"{outcome} has the violation id of an earlier alarm, {violation.ViolationId}";
            else if (_open.ContainsKey(alarm))
                fault = $"{outcome} comes while that alarm is open";
            _open[alarm] = violation.ViolationId;
        }
        else if (!_open.Remove(alarm, out string? id))
        {
            fault = $"{outcome} comes while no such alarm is open";
        }
        else if (id != violation.ViolationId)
        {
            fault = $"{outcome} has the violation id {violation.ViolationId}, the alarm began with {id}";
        }

        return fault;
    }
}
