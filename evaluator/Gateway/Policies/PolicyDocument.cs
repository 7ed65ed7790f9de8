using System.Collections.Immutable;

namespace Defender.Gateway.Policies;

/// <summary>An AWS IoT policy: what its statements say, before any client asks.</summary>
/// <param name="Name">1 to 128 of <c>[\w+=,.@-]</c>.</param>
/// <param name="Statements">At least one.</param>
/// <param name="DependsOnClient">Whether it holds variables or conditions, so that it means something else for another client.</param>
internal sealed record PolicyDocument(string Name, ImmutableArray<PolicyStatement> Statements, bool DependsOnClient);
