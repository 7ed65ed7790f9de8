namespace Defender.Gateway.Control.Mitigation;

/// <summary>The states of tasks and of their executions, as they stand on the wire.</summary>
internal static class TaskStatuses
{
    /// <summary>The task has violations before it.</summary>
    public const string InProgress = "IN_PROGRESS";

    /// <summary>An execution: the action took effect. A task: every action did, on every violation.</summary>
    public const string Successful = "SUCCESSFUL";

    /// <summary>An execution: the action was tried in vain. A task: something that it was asked for was not done.</summary>
    public const string Failed = "FAILED";

    /// <summary>An execution: the action was not tried, as this gateway has nothing that it could change.</summary>
    public const string Skipped = "SKIPPED";

    /// <summary>A task: ended by CancelDetectMitigationActionsTask; what it had done stays done.</summary>
    public const string Canceled = "CANCELED";
}
