namespace Defender.Gateway.Policies;

/// <summary>What a statement does where it applies.</summary>
internal enum PolicyEffect : byte
{
    Allow,

    /// <summary>Wins over every Allow.</summary>
    Deny,
}
