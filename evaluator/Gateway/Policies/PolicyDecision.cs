namespace Defender.Gateway.Policies;

/// <summary>The answer to one question, with what decided it.</summary>
/// <param name="IsAllowed">Whether the client may.</param>
/// <param name="Statement">The statement that allows or denies; null when none applies, which denies.</param>
internal readonly record struct PolicyDecision(bool IsAllowed, PolicyStatement? Statement)
{
    /// <summary>AWS: AuthDecision.</summary>
    public string WireName => IsAllowed ? "ALLOWED" : Statement is null ? "IMPLICIT_DENY" : "EXPLICIT_DENY";
}
