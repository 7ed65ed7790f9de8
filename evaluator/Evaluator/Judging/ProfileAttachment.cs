using System.Collections.Immutable;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Judging;

/// <summary>A security profile with all that it is attached to.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Targets">Where it applies; a thing that several of them mean is judged once. Empty: nowhere.</param>
public sealed record ProfileAttachment(SecurityProfile Profile, ImmutableArray<AttachmentTarget> Targets);
