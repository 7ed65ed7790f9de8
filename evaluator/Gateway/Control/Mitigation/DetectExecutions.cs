using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>What the actions of tasks did: by task id, a slash and the number in the task, so that a task's stand together in their order.</summary>
internal static class DetectExecutions
{
    /// <summary>The name of an execution.</summary>
    /// <param name="taskId">Its task.</param>
    /// <param name="number">From 0, below <see cref="DetectTasks.MaxExecutions"/>.</param>
    public static string NameOf(string taskId, long number) => FormattableString.Invariant($"{taskId}/{number:D6}");

    /// <summary>How many executions a task has.</summary>
    public static long CountOf(DetectTaskResource task) => task.Executed + task.Skipped + task.Failed;

    /// <summary>The executions of a task, by name.</summary>
    public static IEnumerable<KeyValuePair<string, DetectExecutionResource>> OfTask(AccountState state, string taskId, string? after = null)
    {
        string prefix = taskId + "/";
        return state.DetectExecutions
            .After(after is not null && string.CompareOrdinal(after, prefix) > 0 ? after : prefix)
            .TakeWhile(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>The executions that follow a name; null members of the question do not narrow.</summary>
    public static IEnumerable<KeyValuePair<string, DetectExecutionResource>> List(AccountState state, DetectExecutionQuery query, string? after) =>
        (query.TaskId is { } taskId ? OfTask(state, taskId, after) : state.DetectExecutions.After(after)).Where(entry => query.Takes(entry.Value));
}
