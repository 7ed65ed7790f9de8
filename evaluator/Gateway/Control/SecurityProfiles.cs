using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>Security profiles and what they are attached to.</summary>
internal static class SecurityProfiles
{
    /// <summary>AWS: security profiles on one target.</summary>
    public const int MaxPerTarget = 5;

    /// <summary>Creates a profile.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The profile's name.</param>
    /// <param name="body">The members of CreateSecurityProfile.</param>
    /// <exception cref="ControlException">The body has mistakes, all of them named, or the profile exists.</exception>
    public static ProfileResource Create(ControlDraft draft, string name, JsonElement body)
    {
        if (!ProfileReader.TryRead(name, body, draft.Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors))
            throw ControlException.Invalid(ProfileError.Join(errors));
        return Create(draft, profile);
    }

    /// <summary>Creates a profile that was read against the draft's definitions.</summary>
    /// <exception cref="ControlException">The profile exists.</exception>
    public static ProfileResource Create(ControlDraft draft, SecurityProfile profile)
    {
        if (draft.State.Profiles.Contains(profile.Name))
            throw draft.Exists($"Security profile {profile.Name} already exists", profile.Name, ResourceOf(profile.Name));

        ResourceTags.Set(draft, ResourceOf(profile.Name), profile.Tags);
        var resource = new ProfileResource(profile with { Tags = [] }, 1, draft.Now, draft.Now, SortedNames.Empty);
        draft.Put(ResourceKinds.Profile, profile.Name, resource);
        return resource;
    }

    /// <summary>Updates a profile.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The profile's name.</param>
    /// <param name="body">The members of UpdateSecurityProfile.</param>
    /// <param name="expectedVersion">The version it must have; null for any.</param>
    /// <exception cref="ControlException">The body has mistakes, the profile is unknown or has another version.</exception>
    public static ProfileResource Update(ControlDraft draft, string name, JsonElement body, long? expectedVersion)
    {
        ProfileResource current = Get(draft.State, name);
        CheckVersion(current, expectedVersion);
        if (!ProfileReader.TryReadUpdate(current.Profile, body, draft.Definitions, out SecurityProfile? updated, out ImmutableArray<ProfileError> errors))
            throw ControlException.Invalid(ProfileError.Join(errors));
        return Replace(draft, updated);
    }

    /// <summary>Puts a profile in place of the one of its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static ProfileResource Replace(ControlDraft draft, SecurityProfile profile)
    {
        ProfileResource current = Get(draft.State, profile.Name);
        ProfileResource resource = current with { Profile = profile with { Tags = [] }, Version = current.Version + 1, ModifiedAt = draft.Now };
        draft.Put(ResourceKinds.Profile, profile.Name, resource);
        PassFlagsOn(draft, current.Profile, profile);
        return resource;
    }

    // An alarm goes on when its rule stays the same; listings narrow by the flags that hold now.
    private static void PassFlagsOn(ControlDraft draft, SecurityProfile before, SecurityProfile after)
    {
        foreach (Behavior behavior in after.Behaviors)
        {
            if (before.Behaviors.FirstOrDefault(other => other.Name == behavior.Name) is { } old && old != behavior
                && old with { SuppressAlerts = behavior.SuppressAlerts, ExportMetric = behavior.ExportMetric } == behavior)
                draft.Batch.BehaviorFlags.Add(new BehaviorFlagsRow(after.Name, behavior.Name, behavior.SuppressAlerts, ProfileWriter.ToUtf8Json(behavior)));
        }
    }

    /// <summary>Deletes a profile; unknown ones do no harm.</summary>
    /// <exception cref="ControlException">It has another version.</exception>
    public static void Delete(ControlDraft draft, string name, long? expectedVersion)
    {
        if (!draft.State.Profiles.TryGet(name, out ProfileResource? current))
            return;
        CheckVersion(current, expectedVersion);
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.Profile, name);
    }

    /// <summary>Attaches a profile to a target; one that is attached stays so.</summary>
    /// <exception cref="ControlException">Profile or group is unknown, the target takes no profile, or has all it can have.</exception>
    public static void Attach(ControlDraft draft, string name, string targetArn) => AttachTo(draft, name, ProfileTarget.Parse(targetArn));

    /// <summary>The same with a target that was parsed.</summary>
    /// <exception cref="ControlException">Profile or group is unknown, or the target has all the profiles it can have.</exception>
    public static void AttachTo(ControlDraft draft, string name, string target)
    {
        ProfileResource profile = Get(draft.State, name);
        CheckGroup(draft.State, target);
        if (profile.Targets.Contains(target))
            return;
        if (draft.State.Profiles.All.Count(other => other.Targets.Contains(target)) >= MaxPerTarget)
            throw ControlException.OverLimit($"The target {target} has {MaxPerTarget} security profiles already");
        draft.Put(ResourceKinds.Profile, name, profile with { Targets = profile.Targets.Add(target) });
    }

    /// <summary>Detaches a profile from a target; one that is not attached stays so.</summary>
    /// <exception cref="ControlException">Profile or group is unknown, or the target takes no profile.</exception>
    public static void Detach(ControlDraft draft, string name, string targetArn)
    {
        string target = ProfileTarget.Parse(targetArn);
        ProfileResource profile = Get(draft.State, name);
        CheckGroup(draft.State, target);
        if (profile.Targets.Contains(target))
            draft.Put(ResourceKinds.Profile, name, profile with { Targets = profile.Targets.Remove(target) });
    }

    /// <summary>Detaches every profile from a group that is about to go.</summary>
    public static void DetachAll(ControlDraft draft, string groupName)
    {
        string target = ProfileTarget.Group(groupName);
        foreach ((string name, ProfileResource profile) in draft.State.Profiles.After(null))
        {
            if (profile.Targets.Contains(target))
                draft.Put(ResourceKinds.Profile, name, profile with { Targets = profile.Targets.Remove(target) });
        }
    }

    /// <summary>A profile by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static ProfileResource Get(AccountState state, string name) => state.Profiles.TryGet(name, out ProfileResource? profile)
        ? profile
        : throw ControlException.NotFound($"Security profile {name} does not exist");

    /// <summary>The profiles that judge or retain a metric, or a metric in a dimension; null members do not narrow.</summary>
    /// <exception cref="ControlException">Both are given.</exception>
    public static IEnumerable<string> List(AccountState state, string? after, string? metricName, string? dimensionName)
    {
        if (metricName is not null && dimensionName is not null)
            throw ControlException.Invalid("dimensionName and metricName cannot be given together");
        return state.Profiles.After(after).Where(entry => Uses(entry.Value.Profile, metricName, dimensionName)).Select(entry => entry.Key);
    }

    /// <summary>Whether a profile names a metric and a dimension; null members do not narrow.</summary>
    public static bool Uses(SecurityProfile profile, string? metricName, string? dimensionName) =>
        (metricName is null && dimensionName is null)
        || profile.Behaviors.Any(behavior => Matches(behavior.Metric, behavior.MetricDimension, metricName, dimensionName))
        || profile.AdditionalMetricsToRetain.Any(retained => Matches(retained.Metric, retained.MetricDimension, metricName, dimensionName));

    /// <summary>The profiles attached to a target, and with <paramref name="recursive"/> to the groups below it, with their targets.</summary>
    /// <exception cref="ControlException">The group is unknown, or the target takes no profile.</exception>
    public static IEnumerable<(string Target, string Profile)> ListForTarget(AccountState state, string targetArn, bool recursive)
    {
        string target = ProfileTarget.Parse(targetArn);
        CheckGroup(state, target);
        ImmutableSortedSet<string> targets = SortedNames.Empty.Add(target);
        if (recursive && ProfileTarget.TryGetGroup(target, out string? group))
            targets = targets.Union(Below(state, group).Select(ProfileTarget.Group));
        return
            from each in targets
            from profile in state.Profiles.After(null)
            where profile.Value.Targets.Contains(each)
            select (each, profile.Key);
    }

    /// <summary>The resource of a profile's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.SecurityProfile}/{name}";

    // Groups are at most seven deep.
    private static IEnumerable<string> Below(AccountState state, string group) =>
        state.ChildrenOf(group).SelectMany(child => Below(state, child).Prepend(child));

    private static void CheckGroup(AccountState state, string target)
    {
        if (ProfileTarget.TryGetGroup(target, out string? group) && !state.ThingGroups.Contains(group))
            throw ControlException.NotFound($"Thing group {Printable.Shorten(group)} does not exist");
    }

    private static void CheckVersion(ProfileResource current, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != current.Version)
        {
            throw new ControlException(
                ControlError.VersionConflict,
                $"Security profile {current.Profile.Name} has version {current.Version}, not the expected {expected}");
        }
    }

    private static bool Matches(Metric metric, MetricDimension? dimension, string? metricName, string? dimensionName) =>
        (metricName is null || metric.Name == metricName) && (dimensionName is null || dimension?.DimensionName == dimensionName);
}
