using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>Reads the violations that a task is aimed at, a page at a time. Those that began after the task did are not its business.</summary>
internal sealed class TaskViolations(IStore store)
{
    /// <summary>Whether ended violations are left out. AWS prints no default.</summary>
    public static bool OnlyActive(DetectTaskRequest request) => request.OnlyActive ?? false;

    /// <summary>
    /// Whether violations of behaviors that suppress alerts are included. AWS prints no default; a violation that is named by its
    /// id is meant.
    /// </summary>
    public static bool WithSuppressed(DetectTaskRequest request) => request.WithSuppressed ?? request.ViolationIds is not null;

    /// <summary>The ids of a target that no violation has.</summary>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public IReadOnlyList<string> Unknown(DetectTaskRequest request) =>
        [.. (request.ViolationIds ?? []).Where(id => store.ReadViolation(id) is null)];

    /// <summary>The violations after the task's position.</summary>
    /// <param name="task">The task.</param>
    /// <param name="limit">The most to look at; fewer may match.</param>
    /// <exception cref="StoreException">The store could not be read.</exception>
    public TaskPage Read(DetectTaskResource task, int limit)
    {
        DetectTaskRequest request = task.Request;
        DateTimeOffset to = request.To < task.StartedAt ? request.To.Value : task.StartedAt;
        TaskPage page = request.ViolationIds is { } ids ? ById(ids, task.Position, limit)
            : OnlyActive(request) ? Active(request, task.Position, limit)
            : ByEvent(request, to, task.Position, limit);
        return page with
        {
            Violations = [.. page.Violations.Where(violation =>
                !(violation.StartedAt < request.From) && violation.StartedAt <= to
                && (violation.EndedAt is null || !OnlyActive(request))
                && (!violation.IsSuppressed || WithSuppressed(request)))],
        };
    }

    private TaskPage ById(IReadOnlyList<string> ids, DetectTaskPosition? position, int limit)
    {
        int start = position is null ? 0 : (int)position.Major + 1;
        int end = Math.Min(start + limit, ids.Count);
        return new TaskPage(
            [.. ids.Take(start..end).Select(store.ReadViolation).OfType<StoredViolation>()],
            end < ids.Count ? new DetectTaskPosition(end - 1, 0) : null);
    }

    private TaskPage Active(DetectTaskRequest request, DetectTaskPosition? position, int limit)
    {
        IReadOnlyList<StoredViolation> violations = store.ListActiveViolations(FilterOf(request), position?.Major, limit);
        return new TaskPage(violations, violations.Count == limit ? new DetectTaskPosition(violations[^1].Id, 0) : null);
    }

    // A violation has one event that begins it, by which those that have ended are found too.
    private TaskPage ByEvent(DetectTaskRequest request, DateTimeOffset to, DetectTaskPosition? position, int limit)
    {
        IReadOnlyList<StoredViolationEvent> events = store.ListViolationEvents(
            FilterOf(request),
            request.From ?? DateTimeOffset.UnixEpoch,
            to,
            position is null ? null : new ViolationEventPosition(DateTimeOffset.FromUnixTimeMilliseconds(position.Major), position.Minor),
            limit);
        return new TaskPage(
            [.. events.Where(row => row.Type == StoredViolationEvent.InAlarm).Select(row => store.ReadViolation(row.ViolationId)).OfType<StoredViolation>()],
            events.Count == limit ? new DetectTaskPosition(events[^1].Time.ToUnixTimeMilliseconds(), events[^1].Id) : null);
    }

    private static ViolationFilter FilterOf(DetectTaskRequest request) => new()
    {
        SecurityProfileName = request.SecurityProfileName,
        BehaviorName = request.BehaviorName,
        IsSuppressed = WithSuppressed(request) ? null : false,
    };
}
