namespace Defender.Gateway.Control.Mitigation;

/// <summary>How an execution came out.</summary>
/// <param name="Status">The wire name of DetectMitigationActionExecutionStatus.</param>
/// <param name="ErrorCode">Null where it succeeded.</param>
/// <param name="Message">What happened, for people; null where it succeeded.</param>
internal readonly record struct ActionOutcome(string Status, string? ErrorCode, string? Message)
{
    /// <summary>The action took effect.</summary>
    public static ActionOutcome Successful { get; } = new(TaskStatuses.Successful, null, null);
}
