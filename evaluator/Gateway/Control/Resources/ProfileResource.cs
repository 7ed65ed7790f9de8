using System;
using System.Collections.Immutable;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Control.Resources;

/// <summary>A security profile of the account and what it is attached to.</summary>
/// <param name="Profile">The profile, without tags.</param>
/// <param name="Version">1 at first, one more with each update.</param>
/// <param name="CreatedAt">Whole milliseconds, as all times.</param>
/// <param name="ModifiedAt">Time of the last update.</param>
/// <param name="Targets">The resources of the target ARNs, like <c>all/things</c> and <c>thinggroup/pumps</c>.</param>
internal sealed record ProfileResource(
    SecurityProfile Profile, long Version, DateTimeOffset CreatedAt, DateTimeOffset ModifiedAt, ImmutableSortedSet<string> Targets);
