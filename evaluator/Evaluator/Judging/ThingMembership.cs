using System.Collections.Immutable;

namespace Defender.Evaluator.Judging;

/// <summary>What decides which profiles apply to a thing.</summary>
/// <param name="IsRegistered">Whether the registry knows it.</param>
/// <param name="Groups">The groups it is in, and all groups above those. Order does not matter.</param>
public sealed record ThingMembership(bool IsRegistered, ImmutableArray<string> Groups)
{
    /// <summary>A client that the registry does not know.</summary>
    public static ThingMembership Unregistered { get; } = new(false, []);

    /// <summary>A thing of the registry that is in no group.</summary>
    public static ThingMembership Registered { get; } = new(true, []);
}
