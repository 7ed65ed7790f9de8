using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on Detect mitigation actions tasks.</summary>
internal sealed class DetectTaskHandlers(ControlPlane control, IStore store, MitigationWorker worker)
{
    // AWS: "The default is 25."
    private const int DefaultPageSize = 25;

    private readonly TaskViolations _violations = new(store);

    public void AddTo(OperationHandlers handlers) => handlers
        .Add(MitigationOperations.StartDetectMitigationActionsTask, Start)
        .Add(MitigationOperations.CancelDetectMitigationActionsTask, Cancel)
        .Add(MitigationOperations.DescribeDetectMitigationActionsTask, Describe)
        .Add(MitigationOperations.ListDetectMitigationActionsTasks, List)
        .Add(MitigationOperations.ListDetectMitigationActionsExecutions, ListExecutions);

    private ValueTask Start(OperationCall call)
    {
        string taskId = TaskOf(call);
        DetectTaskRequest request = Read(call.Input);
        // The model of this operation has no ResourceNotFoundException.
        if (!control.State.DetectTasks.Contains(taskId) && _violations.Unknown(request) is { Count: > 0 } unknown)
            throw new ApiException(ApiError.InvalidRequest, $"Violations do not exist: {string.Join(", ", unknown)}");
        control.Change(draft => DetectTasks.Start(draft, taskId, request, call.Input.String("clientRequestToken")));
        worker.Wake();
        call.Answer.WriteString("taskId", taskId);
        return ValueTask.CompletedTask;
    }

    private ValueTask Cancel(OperationCall call)
    {
        control.Change(draft => DetectTasks.Cancel(draft, TaskOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        string taskId = TaskOf(call);
        call.Answer.WritePropertyName("taskSummary");
        Write(call.Answer, taskId, DetectTasks.Get(control.State, taskId));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        (DateTimeOffset start, DateTimeOffset end) = TimeRange.Of(call.Input);
        AccountState state = control.State;
        call.WritePage(
            "tasks",
            after => state.DetectTasks.After(null)
                .Where(task => task.Value.StartedAt >= start && task.Value.StartedAt <= end && string.CompareOrdinal(PlaceOf(task), after) > 0)
                .OrderBy(PlaceOf, StringComparer.Ordinal),
            PlaceOf,
            (answer, task) => Write(answer, task.Key, task.Value),
            DefaultPageSize);
        return ValueTask.CompletedTask;
    }

    private ValueTask ListExecutions(OperationCall call)
    {
        DetectExecutionQuery query = new DetectExecutionQuery(
            call.Input.StringOrNull("taskId"),
            call.Input.StringOrNull("violationId"),
            call.Input.StringOrNull("thingName"),
            call.Input.TimestampOrNull("startTime"),
            call.Input.TimestampOrNull("endTime")).Checked();
        AccountState state = control.State;
        call.WritePage(
            "actionsExecutions",
            after => DetectExecutions.List(state, query, after),
            execution => execution.Key,
            (answer, execution) => Write(answer, execution.Value),
            DefaultPageSize);
        return ValueTask.CompletedTask;
    }

    private static DetectTaskRequest Read(OperationInput input)
    {
        OperationInput target = input.StructureOrNull("target")!;
        OperationInput? range = input.StructureOrNull("violationEventOccurrenceRange");
        return new DetectTaskRequest(
            target.Has("violationIds") ? [.. target.StringsOrEmpty("violationIds").Distinct()] : null,
            target.StringOrNull("securityProfileName"),
            target.StringOrNull("behaviorName"),
            input.StringsOrEmpty("actions"),
            range?.Timestamp("startTime"),
            range?.Timestamp("endTime"),
            input.Has("includeOnlyActiveViolations") ? input.Boolean("includeOnlyActiveViolations", false) : null,
            input.Has("includeSuppressedAlerts") ? input.Boolean("includeSuppressedAlerts", false) : null);
    }

    private static void Write(Utf8JsonWriter answer, string taskId, DetectTaskResource task)
    {
        answer.WriteStartObject();
        answer.WriteString("taskId", taskId);
        answer.WriteString("taskStatus", task.Status);
        answer.WriteTimestamp("taskStartTime", task.StartedAt);
        if (task.EndedAt is { } end)
            answer.WriteTimestamp("taskEndTime", end);
        WriteRequest(answer, task.Request);
        answer.WriteStartArray("actionsDefinition");
        foreach (DetectTaskAction action in task.Actions)
            Finding.Write(answer, action);
        answer.WriteEndArray();
        answer.WriteStartObject("taskStatistics");
        answer.WriteNumber("actionsExecuted", task.Executed);
        answer.WriteNumber("actionsSkipped", task.Skipped + task.LeftOut);
        answer.WriteNumber("actionsFailed", task.Failed);
        answer.WriteEndObject();
        answer.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter answer, DetectTaskRequest request)
    {
        answer.WriteStartObject("target");
        if (request.ViolationIds is { } ids)
        {
            answer.WriteStartArray("violationIds");
            foreach (string id in ids)
                answer.WriteStringValue(id);
            answer.WriteEndArray();
        }

        answer.WriteOptional("securityProfileName", request.SecurityProfileName);
        answer.WriteOptional("behaviorName", request.BehaviorName);
        answer.WriteEndObject();
        if (request is { From: { } from, To: { } to })
        {
            answer.WriteStartObject("violationEventOccurrenceRange");
            answer.WriteTimestamp("startTime", from);
            answer.WriteTimestamp("endTime", to);
            answer.WriteEndObject();
        }

        answer.WriteBoolean("onlyActiveViolationsIncluded", TaskViolations.OnlyActive(request));
        answer.WriteBoolean("suppressedAlertsIncluded", TaskViolations.WithSuppressed(request));
    }

    private static void Write(Utf8JsonWriter answer, DetectExecutionResource execution)
    {
        answer.WriteStartObject();
        answer.WriteString("taskId", execution.TaskId);
        answer.WriteString("violationId", execution.ViolationId);
        answer.WriteString("actionName", execution.ActionName);
        answer.WriteString("thingName", execution.ThingName);
        answer.WriteTimestamp("executionStartDate", execution.StartedAt);
        if (execution.EndedAt is { } end)
            answer.WriteTimestamp("executionEndDate", end);
        answer.WriteString("status", execution.Status);
        answer.WriteOptional("errorCode", execution.ErrorCode);
        answer.WriteOptional("message", execution.Message);
        answer.WriteEndObject();
    }

    private static string TaskOf(OperationCall call) => call.Input.String("taskId");

    // The newest first, those of one instant by id.
    private static string PlaceOf(KeyValuePair<string, DetectTaskResource> task) =>
        FormattableString.Invariant($"{long.MaxValue - task.Value.StartedAt.ToUnixTimeMilliseconds():D19}/{task.Key}");
}
