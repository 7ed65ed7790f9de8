using System;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>Which executions to list; null members do not narrow.</summary>
internal sealed record DetectExecutionQuery(string? TaskId, string? ViolationId, string? ThingName, DateTimeOffset? From, DateTimeOffset? To)
{
    /// <summary>Checks what AWS asks of the filters.</summary>
    /// <exception cref="ControlException">They do not go together.</exception>
    public DetectExecutionQuery Checked()
    {
        // AWS: "You must specify either the startTime and endTime or the taskId, but not both"; its guide asks by violation alone.
        if (TaskId is not null && (From is not null || To is not null))
            throw ControlException.Invalid("taskId cannot be given together with startTime and endTime");
        if ((From is null) != (To is null))
            throw ControlException.Invalid("startTime and endTime should be given together");
        if (From > To)
            throw ControlException.Invalid("startTime should not be after endTime");
        return TaskId is not null || ViolationId is not null || ThingName is not null || From is not null
            ? this
            : throw ControlException.Invalid("one of taskId, violationId, thingName, or startTime with endTime should be given");
    }

    /// <summary>Whether an execution is asked for.</summary>
    public bool Takes(DetectExecutionResource execution) =>
        (TaskId is null || execution.TaskId == TaskId)
        && (ViolationId is null || execution.ViolationId == ViolationId)
        && (ThingName is null || execution.ThingName == ThingName)
        && (From is null || execution.StartedAt >= From)
        && (To is null || execution.StartedAt <= To);
}
