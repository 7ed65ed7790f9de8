using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Defender.Gateway.Policies;

/// <summary>What the variables of policies stand for in one session. Whatever a value holds is taken literally.</summary>
internal sealed record PolicyVariables
{
    /// <summary>No variable has a value.</summary>
    public static PolicyVariables None { get; } = new();

    /// <summary>The client identifier of CONNECT; null before.</summary>
    public string? ClientId { get; init; }

    /// <summary>The thing that the client is; null when it is none of the registry.</summary>
    public string? ThingName { get; init; }

    /// <summary>Whether the client's certificate, or its user, is attached to that thing.</summary>
    public bool ThingIsAttached { get; init; }

    /// <summary>The thing's type; null when it has none.</summary>
    public string? ThingTypeName { get; init; }

    /// <summary>The thing's attributes.</summary>
    public IReadOnlyDictionary<string, string> ThingAttributes { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The common name in the subject of the client's certificate; null when there is none.</summary>
    public string? CommonName { get; init; }

    /// <summary>A variable's value; null when it has none, as has one that is empty.</summary>
    public string? Find(PolicyVariable variable)
    {
        string? value = variable.Name switch
        {
            PolicyVariable.ClientId => ClientId,
            PolicyVariable.ThingName => ThingName,
            PolicyVariable.ThingTypeName => ThingTypeName,
            PolicyVariable.CommonName => CommonName,
            _ when variable.Attribute is { } attribute => ThingAttributes.GetValueOrDefault(attribute),
            _ => throw new ArgumentOutOfRangeException(nameof(variable), variable.Name, "is not a variable with a value"),
        };
        return value is { Length: > 0 } ? value : null;
    }
}
