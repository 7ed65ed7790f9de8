using System.Collections.Immutable;

namespace Defender.Gateway.Policies;

/// <summary>One statement of a policy.</summary>
internal sealed class PolicyStatement
{
    /// <summary>The policy it stands in.</summary>
    public required string PolicyName { get; init; }

    /// <summary>Its place in the policy, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The author's name for it; null when it has none.</summary>
    public string? Sid { get; init; }

    public required PolicyEffect Effect { get; init; }

    /// <summary>Those of its actions that mean something here; none for a statement on jobs or shadows alone.</summary>
    public required PolicyOperations Operations { get; init; }

    /// <summary>Of any kind of resource.</summary>
    public required ImmutableArray<ResourcePattern> Resources { get; init; }

    /// <summary>The value that <c>iot:Connection.Thing.IsAttached</c> has to have; null when it may have any.</summary>
    public bool? ThingIsAttached { get; init; }
}
