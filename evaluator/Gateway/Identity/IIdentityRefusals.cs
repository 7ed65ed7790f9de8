using System;

namespace Defender.Gateway.Identity;

/// <summary>What was refused before a session began. Thread-safe.</summary>
internal interface IIdentityRefusals
{
    /// <summary>Raised, on any thread, for each refusal: a connection attempt that failed.</summary>
    event Action<IdentityRefusal> Refused;

    /// <summary>How many were refused for a reason since the start.</summary>
    long Count(IdentityRefusal refusal);
}
