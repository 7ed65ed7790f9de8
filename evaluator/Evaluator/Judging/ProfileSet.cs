using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Behaviors;

namespace Defender.Evaluator.Judging;

/// <summary>
/// All attached profiles, compiled: a snapshot that is replaced as a whole when a profile, an attachment or the metric
/// catalog changes. Thread-safe.
/// </summary>
public sealed class ProfileSet
{
    private readonly ImmutableArray<CompiledProfile> _profiles;

    // One entry for each combination of profiles that a thing has had; the key is the profiles' positions.
    private readonly ConcurrentDictionary<string, ThingProfiles> _combinations = new(StringComparer.Ordinal);

    private ProfileSet(ImmutableArray<CompiledProfile> profiles) => _profiles = profiles;

    /// <summary>A set without profiles.</summary>
    public static ProfileSet Empty { get; } = Compile([]);

    /// <summary>Makes profiles ready to judge.</summary>
    /// <exception cref="ArgumentException">
    /// A profile name occurs twice, or criteria do not fit their metric: bugs of the caller, which keeps only profiles
    /// that the profile reader let through.
    /// </exception>
    public static ProfileSet Compile(IEnumerable<ProfileAttachment> attachments)
    {
        var pool = new SetPool();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var profiles = ImmutableArray.CreateBuilder<CompiledProfile>();
        foreach (ProfileAttachment attachment in attachments)
        {
            if (!names.Add(attachment.Profile.Name))
                throw new ArgumentException($"profile {attachment.Profile.Name} is given twice; put all its targets into one attachment");
            profiles.Add(new CompiledProfile(
                attachment,
                [.. attachment.Profile.Behaviors.Select(behavior => new CompiledBehavior(attachment.Profile.Name, behavior, pool))]));
        }

        return new ProfileSet(profiles.DrainToImmutable());
    }

    /// <summary>The behaviors that apply to a thing: the same object for all things that the same profiles apply to.</summary>
    public ThingProfiles For(ThingMembership membership)
    {
        Span<char> positions = _profiles.Length <= 128 ? stackalloc char[_profiles.Length] : new char[_profiles.Length];
        int count = 0;
        for (int i = 0; i < _profiles.Length; i++)
        {
            if (_profiles[i].Includes(membership))
                positions[count++] = checked((char)i);
        }

        ReadOnlySpan<char> key = positions[..count];
        if (_combinations.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out ThingProfiles? known))
            return known;
        return _combinations.GetOrAdd(key.ToString(), Combine);
    }

    private ThingProfiles Combine(string positions)
    {
        ImmutableArray<CompiledProfile> applying = [.. positions.Select(position => _profiles[position])];
        return positions.Length == 0
            ? ThingProfiles.None
            : new ThingProfiles(
                [.. applying.Select(profile => profile.Attachment.Profile)],
                applying.SelectMany(profile => profile.Behaviors));
    }

    private sealed record CompiledProfile(ProfileAttachment Attachment, ImmutableArray<CompiledBehavior> Behaviors)
    {
        public bool Includes(ThingMembership membership)
        {
            foreach (AttachmentTarget target in Attachment.Targets)
            {
                if (target.Includes(membership))
                    return true;
            }

            return false;
        }
    }
}
