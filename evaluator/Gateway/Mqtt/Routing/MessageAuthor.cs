using Defender.Gateway.Identity;

namespace Defender.Gateway.Mqtt.Routing;

/// <summary>Who published a retained message.</summary>
/// <param name="Identity">The publisher's.</param>
/// <param name="ClientId">Its client identifier then.</param>
internal sealed record MessageAuthor(ClientIdentity Identity, string ClientId)
{
    /// <summary>
    /// Whether another may take over what this one has: only the same principal, or the same thing, whose certificates are
    /// exchanged in the course of time.
    /// </summary>
    public bool IsSameClientAs(MessageAuthor other) =>
        Identity.Kind == other.Identity.Kind
        && (Identity.ThingName is { } thing ? thing == other.Identity.ThingName : Identity.Principal == other.Identity.Principal);
}
