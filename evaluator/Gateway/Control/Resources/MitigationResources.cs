using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Defender.Gateway.Control.Resources;

/// <summary>A mitigation action.</summary>
/// <param name="ActionId">A UUID.</param>
/// <param name="RoleArn">Kept as given.</param>
/// <param name="ActionType">The wire name of MitigationActionType.</param>
/// <param name="ActionParams">MitigationActionParams with the one member of that type, its content as given.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
/// <param name="ModifiedAt">Time of the last update.</param>
internal sealed record MitigationActionResource(
    string ActionId, string RoleArn, string ActionType, JsonElement ActionParams, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>What StartDetectMitigationActionsTask was asked; null members were not given.</summary>
/// <param name="ViolationIds">The target: these violations.</param>
/// <param name="SecurityProfileName">The target: violations of this profile.</param>
/// <param name="BehaviorName">Narrows the target to one behavior of the profile.</param>
/// <param name="Actions">The names of the actions, in the order in which they are taken.</param>
/// <param name="From">Start of violationEventOccurrenceRange.</param>
/// <param name="To">Its end, included.</param>
/// <param name="OnlyActive">includeOnlyActiveViolations.</param>
/// <param name="WithSuppressed">includeSuppressedAlerts.</param>
internal sealed record DetectTaskRequest(
    IReadOnlyList<string>? ViolationIds,
    string? SecurityProfileName,
    string? BehaviorName,
    IReadOnlyList<string> Actions,
    DateTimeOffset? From,
    DateTimeOffset? To,
    bool? OnlyActive,
    bool? WithSuppressed)
{
    /// <summary>Whether both ask the same, lists member by member.</summary>
    public bool Equals(DetectTaskRequest? other) =>
        other is not null
        && (ViolationIds ?? []).SequenceEqual(other.ViolationIds ?? [])
        && SecurityProfileName == other.SecurityProfileName
        && BehaviorName == other.BehaviorName
        && Actions.SequenceEqual(other.Actions)
        && From == other.From
        && To == other.To
        && OnlyActive == other.OnlyActive
        && WithSuppressed == other.WithSuppressed;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(SecurityProfileName, BehaviorName, Actions.Count);
}

/// <summary>An action of a task as it was when the task started.</summary>
internal sealed record DetectTaskAction(string Name, MitigationActionResource Action);

/// <summary>How far a task has come in the list of its violations.</summary>
/// <param name="Major">What the list is sorted by: an id, a time, or an index.</param>
/// <param name="Minor">What tells equal ones apart.</param>
internal sealed record DetectTaskPosition(long Major, long Minor);

/// <summary>A Detect mitigation actions task.</summary>
/// <param name="Request">What it was asked to do.</param>
/// <param name="ClientRequestToken">Of the request that started it.</param>
/// <param name="Actions">The actions as they were at the start.</param>
/// <param name="Status">The wire name of DetectMitigationActionsTaskStatus.</param>
/// <param name="StartedAt">Whole milliseconds.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Executed">Executions that succeeded.</param>
/// <param name="Skipped">Executions that were skipped.</param>
/// <param name="Failed">Executions that failed.</param>
/// <param name="LeftOut">Executions beyond the most that a task has, which were only counted.</param>
/// <param name="Position">The last violation that it has dealt with; null before the first.</param>
internal sealed record DetectTaskResource(
    DetectTaskRequest Request,
    string ClientRequestToken,
    IReadOnlyList<DetectTaskAction> Actions,
    string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt = null,
    long Executed = 0,
    long Skipped = 0,
    long Failed = 0,
    long LeftOut = 0,
    DetectTaskPosition? Position = null);

/// <summary>What one action of a task did about one violation.</summary>
/// <param name="TaskId">The task.</param>
/// <param name="ViolationId">The violation.</param>
/// <param name="ActionName">The action.</param>
/// <param name="ThingName">The violation's thing.</param>
/// <param name="StartedAt">Whole milliseconds.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Status">The wire name of DetectMitigationActionExecutionStatus.</param>
/// <param name="ErrorCode">Null where it succeeded.</param>
/// <param name="Message">Null where it succeeded.</param>
internal sealed record DetectExecutionResource(
    string TaskId,
    string ViolationId,
    string ActionName,
    string ThingName,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    string Status,
    string? ErrorCode,
    string? Message);
