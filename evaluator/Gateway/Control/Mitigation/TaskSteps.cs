using System;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>
/// Moves tasks on, a step at a time. A step is one change of the account: the effects of its actions, their executions, and how far
/// the task has come are stored together. Whenever the gateway stops, nothing is done twice and nothing is passed over.
/// </summary>
internal sealed class TaskSteps(ControlPlane control, IStore store, IFindingPublisher publisher)
{
    /// <summary>Executions of a step: some milliseconds in which other changes wait.</summary>
    public const int MaxExecutions = 100;

    /// <summary>Violations that a step only counts.</summary>
    private const int MaxCounted = 1000;

    private readonly TaskViolations _violations = new(store);
    private readonly ActionRunner _runner = new(publisher);

    /// <summary>Does the next step of a task; nothing when it does not run any more.</summary>
    /// <returns>The task after it; null when it does not run any more.</returns>
    /// <exception cref="StoreException">The store could not be read or written; the step was not made.</exception>
    public DetectTaskResource? Step(string taskId)
    {
        if (!TryGetRunning(control.State, taskId, out DetectTaskResource task))
            return null;
        long left = DetectTasks.MaxExecutions - DetectExecutions.CountOf(task);
        int violations = (int)(Math.Min(left, MaxExecutions) / task.Actions.Count);
        // Read outside of the change, for which others would wait.
        TaskPage page = _violations.Read(task, violations > 0 ? violations : MaxCounted);
        return control.Change(draft =>
        {
            // Only steps move a task on, but anybody may have cancelled it.
            if (!TryGetRunning(draft.State, taskId, out DetectTaskResource current))
                return null;
            DetectTaskResource after = violations > 0 ? Execute(draft, taskId, current, page) : Count(current, page);
            after = page.Next is null ? End(after, draft.Now) : after with { Position = page.Next };
            draft.Put(ResourceKinds.DetectTask, taskId, after);
            return after;
        });
    }

    /// <summary>Ends a task that cannot go on.</summary>
    /// <exception cref="StoreException">The store could not be written.</exception>
    public void Fail(string taskId) => control.Change(draft =>
    {
        if (TryGetRunning(draft.State, taskId, out DetectTaskResource task))
            draft.Put(ResourceKinds.DetectTask, taskId, task with { Status = TaskStatuses.Failed, EndedAt = draft.Now });
    });

    private DetectTaskResource Execute(ControlDraft draft, string taskId, DetectTaskResource task, TaskPage page)
    {
        foreach (StoredViolation violation in page.Violations)
        {
            foreach (DetectTaskAction action in task.Actions)
            {
                long number = DetectExecutions.CountOf(task);
                DetectExecutionResource execution = _runner.Run(draft, taskId, number, action, violation);
                draft.Put(ResourceKinds.DetectExecution, DetectExecutions.NameOf(taskId, number), execution);
                task = execution.Status switch
                {
                    TaskStatuses.Successful => task with { Executed = task.Executed + 1 },
                    TaskStatuses.Skipped => task with { Skipped = task.Skipped + 1 },
                    _ => task with { Failed = task.Failed + 1 },
                };
            }
        }

        return task;
    }

    private static DetectTaskResource Count(DetectTaskResource task, TaskPage page) =>
        task with { LeftOut = task.LeftOut + ((long)page.Violations.Count * task.Actions.Count) };

    // Whoever reads SUCCESSFUL relies on it: everything that was asked for took effect.
    private static DetectTaskResource End(DetectTaskResource task, DateTimeOffset now) => task with
    {
        Status = task.Failed + task.Skipped + task.LeftOut == 0 ? TaskStatuses.Successful : TaskStatuses.Failed,
        EndedAt = now,
    };

    private static bool TryGetRunning(AccountState state, string taskId, out DetectTaskResource task) =>
        state.DetectTasks.TryGet(taskId, out task!) && task.Status == TaskStatuses.InProgress;
}
