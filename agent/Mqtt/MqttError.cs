namespace Defender.Mqtt;

/// <summary>Why a packet was not accepted; the default value says that nothing is wrong.</summary>
/// <param name="Code">The rule that was broken.</param>
/// <param name="Message">One sentence for a log; a constant, never text of the peer. Null only in the default value.</param>
public readonly record struct MqttError(MqttErrorCode Code, string? Message)
{
    /// <summary>Whether a rule was broken.</summary>
    public bool IsError => Code != MqttErrorCode.None;

    /// <inheritdoc/>
    public override string ToString() => IsError ? $"{Code}: {Message}" : "no error";
}
