using System;
using System.Text.Json;

namespace Defender.Gateway.Control.Resources;

/// <summary>A mitigation action.</summary>
/// <param name="ActionId">A UUID.</param>
/// <param name="RoleArn">Kept as given.</param>
/// <param name="ActionType">The wire name of MitigationActionType.</param>
/// <param name="ActionParams">MitigationActionParams as given, of exactly that type.</param>
/// <param name="CreatedAt">Whole milliseconds.</param>
/// <param name="ModifiedAt">Time of the last update.</param>
internal sealed record MitigationActionResource(
    string ActionId, string RoleArn, string ActionType, JsonElement ActionParams, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt);

/// <summary>A Detect mitigation actions task.</summary>
/// <param name="Request">The members of StartDetectMitigationActionsTask as given.</param>
/// <param name="ClientRequestToken">Of the request that started it.</param>
/// <param name="ActionsDefinition">The MitigationActions as they were at the start.</param>
/// <param name="Status">The wire name of DetectMitigationActionsTaskStatus.</param>
/// <param name="StartedAt">Whole milliseconds.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Executed">Executions that succeeded.</param>
/// <param name="Skipped">Executions that were skipped.</param>
/// <param name="Failed">Executions that failed.</param>
internal sealed record DetectTaskResource(
    JsonElement Request,
    string? ClientRequestToken,
    JsonElement ActionsDefinition,
    string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt,
    long Executed,
    long Skipped,
    long Failed);

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
