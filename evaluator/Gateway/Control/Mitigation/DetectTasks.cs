using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>Detect mitigation actions tasks: one takes up to five actions about each of the violations that it is aimed at.</summary>
internal static class DetectTasks
{
    /// <summary>AWS: running tasks of an account.</summary>
    public const int MaxRunning = 5;

    /// <summary>Executions of one task: ours, so that one request cannot fill the memory.</summary>
    public const int MaxExecutions = 10_000;

    /// <summary>Tasks that are kept; beyond these the oldest that have ended go before their time. Ours.</summary>
    public const int MaxKeptTasks = 1000;

    /// <summary>Executions that are kept, those of running tasks besides; beyond these the oldest ended tasks go. Ours.</summary>
    public const int MaxKeptExecutions = MaxRunning * MaxExecutions;

    /// <summary>Executions that one call of <see cref="Forget"/> deletes, so that other changes do not wait long.</summary>
    private const int MaxForgotten = 1000;

    /// <summary>AWS: how long the results of a task are kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    /// <summary>Starts a task; the same request again gives the same answer.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="taskId">The task's id.</param>
    /// <param name="request">What to do.</param>
    /// <param name="clientRequestToken">By which a repeated request is known.</param>
    /// <exception cref="ControlException">The request is wrong, id or token are taken, or too many tasks run.</exception>
    public static void Start(ControlDraft draft, string taskId, DetectTaskRequest request, string clientRequestToken)
    {
        if (draft.State.DetectTasks.TryGet(taskId, out DetectTaskResource? existing))
        {
            if (existing.ClientRequestToken == clientRequestToken && existing.Request.Equals(request))
                return;
            throw new ControlException(ControlError.TaskAlreadyExists, $"Task {taskId} already exists");
        }

        // AWS: "If you try to create a new task with the same token as a task that already exists, an exception occurs."
        if (draft.State.DetectTasks.After(null).FirstOrDefault(task => task.Value.ClientRequestToken == clientRequestToken).Key is { } other)
            throw new ControlException(ControlError.TaskAlreadyExists, $"Task {other} was started with the same clientRequestToken");
        CheckTarget(draft.State, request);
        if (request.From > request.To)
            throw ControlException.Invalid("violationEventOccurrenceRange.startTime should not be after its endTime");
        DetectTaskAction[] actions = Resolve(draft.State, request.Actions);
        if (Running(draft.State).Count() >= MaxRunning)
            throw ControlException.OverLimit($"{MaxRunning} tasks are running already");
        draft.Put(ResourceKinds.DetectTask, taskId, new DetectTaskResource(request, clientRequestToken, actions, TaskStatuses.InProgress, draft.Now));
    }

    /// <summary>Ends a task that runs; what it has done stays done.</summary>
    /// <exception cref="ControlException">It is unknown or has ended.</exception>
    public static void Cancel(ControlDraft draft, string taskId)
    {
        DetectTaskResource task = Get(draft.State, taskId);
        if (task.Status != TaskStatuses.InProgress)
            throw ControlException.Invalid($"Task {taskId} has ended already: it is {task.Status}");
        draft.Put(ResourceKinds.DetectTask, taskId, task with { Status = TaskStatuses.Canceled, EndedAt = draft.Now });
    }

    /// <summary>A task by its id.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static DetectTaskResource Get(AccountState state, string taskId) => state.DetectTasks.TryGet(taskId, out DetectTaskResource? task)
        ? task
        : throw ControlException.NotFound($"Task {taskId} does not exist");

    /// <summary>The ids of the tasks that run.</summary>
    public static IEnumerable<string> Running(AccountState state) =>
        state.DetectTasks.After(null).Where(task => task.Value.Status == TaskStatuses.InProgress).Select(task => task.Key);

    /// <summary>
    /// Forgets tasks that ended long ago, with their executions, and the oldest where there are too many; a limited number of
    /// executions at a time.
    /// </summary>
    /// <returns>Whether there is more to forget.</returns>
    public static bool Forget(ControlDraft draft, DateTimeOffset now)
    {
        int executions = 0;
        foreach (string taskId in Forgettable(draft.State, now))
        {
            foreach (string execution in DetectExecutions.OfTask(draft.State, taskId).Select(entry => entry.Key).Take(MaxForgotten - executions).ToArray())
            {
                draft.Delete(ResourceKinds.DetectExecution, execution);
                executions++;
            }

            if (executions == MaxForgotten)
                return true;
            draft.Delete(ResourceKinds.DetectTask, taskId);
        }

        return false;
    }

    // The oldest first, so that whoever stops halfway goes on where it stopped.
    private static List<string> Forgettable(AccountState state, DateTimeOffset now)
    {
        var forgettable = new List<string>();
        long tasks = state.DetectTasks.Count, executions = state.DetectExecutions.Count;
        foreach ((string taskId, DetectTaskResource task) in state.DetectTasks.After(null).Where(task => task.Value.EndedAt is not null).OrderBy(task => task.Value.EndedAt))
        {
            if (task.EndedAt > now - Retention && tasks <= MaxKeptTasks && executions <= MaxKeptExecutions)
                break;
            forgettable.Add(taskId);
            tasks--;
            executions -= DetectExecutions.CountOf(task);
        }

        return forgettable;
    }

    private static void CheckTarget(AccountState state, DetectTaskRequest request)
    {
        if ((request.ViolationIds is null) == (request.SecurityProfileName is null) || (request.ViolationIds is not null && request.BehaviorName is not null))
            throw ControlException.Invalid("target should have either violationIds, or securityProfileName with or without behaviorName");
        if (request.SecurityProfileName is not { } name)
            return;
        // The model of this operation has no ResourceNotFoundException.
        if (!state.Profiles.TryGet(name, out ProfileResource? profile))
            throw ControlException.Invalid($"Security profile {name} does not exist");
        if (request.BehaviorName is { } behaviorName && !profile.Profile.Behaviors.Any((Behavior behavior) => behavior.Name == behaviorName))
            throw ControlException.Invalid($"Security profile {name} has no behavior {behaviorName}");
    }

    private static DetectTaskAction[] Resolve(AccountState state, IReadOnlyList<string> names)
    {
        string[] unknown = [.. names.Where(name => !state.MitigationActions.Contains(name))];
        if (unknown.Length > 0)
            throw ControlException.Invalid($"Mitigation actions do not exist: {string.Join(", ", unknown)}");
        return names.Distinct().Count() == names.Count
            ? [.. names.Select(name => new DetectTaskAction(name, MitigationActions.Get(state, name)))]
            : throw ControlException.Invalid("actions should name each action once");
    }
}
