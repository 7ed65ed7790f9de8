using System;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Identity;
using Defender.Gateway.Mqtt.Routing;
using Defender.Gateway.Policies;

namespace Defender.Gateway.Mqtt;

/// <summary>Tells what a client may do: nothing binds who is anonymous, which only loopback lets in; everybody else has policies. Thread-safe.</summary>
internal sealed class ClientAuthorizer(PolicyStore policies, ControlPlane control)
{
    /// <inheritdoc cref="PolicyStore.Changed"/>
    public event Action Changed
    {
        add => policies.Changed += value;
        remove => policies.Changed -= value;
    }

    /// <summary>Rises with each change: one that comes between <see cref="PolicyOf"/> and the place where <see cref="Changed"/> is heard shows here.</summary>
    public long Generation => policies.Generation;

    /// <summary>The rights of a client now.</summary>
    public SessionPolicy PolicyOf(MessageAuthor author) => author.Identity.Kind == IdentityKind.Anonymous
        ? SessionPolicy.AllowAll
        : policies.For(author.Identity.PolicyNames, VariablesOf(author));

    private PolicyVariables VariablesOf(MessageAuthor author)
    {
        var variables = new PolicyVariables
        {
            ClientId = author.ClientId,
            ThingName = author.Identity.ThingName,
            ThingIsAttached = author.Identity.ThingName is not null,
        };
        return author.Identity.ThingName is { } name && control.State.Things.TryGet(name, out ThingResource? thing)
            ? variables with { ThingTypeName = thing.ThingTypeName, ThingAttributes = thing.Attributes }
            : variables;
    }
}
