namespace Defender.Gateway.Identity;

/// <summary>Whether a client is let in.</summary>
/// <param name="Identity">Who it is; null when it is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Reason">The same for the log; null when it is let in.</param>
internal readonly record struct AuthenticationOutcome(ClientIdentity? Identity, AuthenticationRefusal Refusal, string? Reason)
{
    public static AuthenticationOutcome Of(ClientIdentity identity) => new(identity, AuthenticationRefusal.None, null);

    public static AuthenticationOutcome Refused(AuthenticationRefusal refusal, string reason) => new(null, refusal, reason);
}
