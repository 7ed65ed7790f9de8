using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Static thing groups and who is in them.</summary>
internal static class ThingGroups
{
    /// <summary>AWS: groups on the way from a root to a group, both included.</summary>
    public const int MaxDepth = 7;

    /// <summary>AWS: attributes of a thing group.</summary>
    public const int MaxAttributes = 50;

    /// <summary>AWS: groups that a thing is in.</summary>
    public const int MaxGroupsOfThing = 10;

    /// <summary>Creates a group; the same group again gives the same answer.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The group.</param>
    /// <param name="parentGroupName">The group above; null for a root.</param>
    /// <param name="description">What it is; null for nothing.</param>
    /// <param name="given">Its attributes; null for none.</param>
    /// <param name="tags">Its tags.</param>
    /// <exception cref="ControlException">It exists with other properties, has too many attributes, or its parent is unknown or too deep.</exception>
    public static ThingGroupResource Create(
        ControlDraft draft,
        string name,
        string? parentGroupName,
        string? description,
        IReadOnlyDictionary<string, string>? given,
        IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        IReadOnlyDictionary<string, string> attributes = AttributeMap.Create(given);
        if (draft.State.ThingGroups.TryGet(name, out ThingGroupResource? known))
        {
            return known.ParentGroupName == parentGroupName && known.Description == description && AttributeMap.AreSame(known.Attributes, attributes)
                && ResourceTags.Of(draft.State, ResourceOf(name)).SequenceEqual(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
                ? known
                : throw draft.Exists($"Thing Group {name} already exists in current account with different properties", known.ThingGroupId, ResourceOf(name));
        }

        CheckCount(attributes);
        if (parentGroupName is not null)
        {
            Get(draft.State, parentGroupName);
            if (draft.State.Lineage(parentGroupName).Count() >= MaxDepth)
                throw ControlException.Invalid($"Thing group {parentGroupName} is {MaxDepth} deep: it can have no groups below it");
        }

        ResourceTags.Set(draft, ResourceOf(name), tags);
        var group = new ThingGroupResource(Guid.NewGuid().ToString(), parentGroupName, description, attributes, 1, draft.Now);
        draft.Put(ResourceKinds.ThingGroup, name, group);
        return group;
    }

    /// <summary>Changes a group.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The group.</param>
    /// <param name="description">Its new description; null to keep the one it has.</param>
    /// <param name="attributes">Its attributes, an empty value removes one; null to keep those it has.</param>
    /// <param name="merges">Whether attributes that are not given stay.</param>
    /// <param name="expectedVersion">The version it must have; null for any.</param>
    /// <returns>Its new version.</returns>
    /// <exception cref="ControlException">It is unknown, has another version, or would have too many attributes.</exception>
    public static long Update(
        ControlDraft draft, string name, string? description, IReadOnlyDictionary<string, string>? attributes, bool merges, long? expectedVersion)
    {
        ThingGroupResource group = Get(draft.State, name);
        CheckVersion(name, group, expectedVersion);
        IReadOnlyDictionary<string, string> changed = AttributeMap.Change(group.Attributes, attributes, merges);
        CheckCount(changed);
        draft.Put(ResourceKinds.ThingGroup, name, group with
        {
            Description = description ?? group.Description,
            Attributes = changed,
            Version = group.Version + 1,
        });
        return group.Version + 1;
    }

    /// <summary>Deletes a group: its things leave it, its security profiles are detached. Unknown ones do no harm.</summary>
    /// <exception cref="ControlException">It has groups below it, or another version.</exception>
    public static void Delete(ControlDraft draft, string name, long? expectedVersion)
    {
        if (!draft.State.ThingGroups.TryGet(name, out ThingGroupResource? group))
            return;
        CheckVersion(name, group, expectedVersion);
        if (!draft.State.ChildrenOf(name).IsEmpty)
            throw ControlException.Invalid($"Cannot delete thing group : {name} when there are still child groups attached to it");
        SecurityProfiles.DetachAll(draft, name);
        foreach (string thingName in draft.State.MembersOf(name))
            RemoveThing(draft, name, thingName);
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.ThingGroup, name);
    }

    /// <summary>Adds a thing to a group; one that is in it stays so.</summary>
    /// <exception cref="ControlException">Either is unknown, or the thing cannot be in this group too.</exception>
    public static void AddThing(ControlDraft draft, string groupName, string thingName)
    {
        Get(draft.State, groupName);
        ThingResource thing = Things.Get(draft.State, thingName);
        if (thing.Groups.Contains(groupName, StringComparer.Ordinal))
            return;
        if (thing.Groups.Count >= MaxGroupsOfThing)
            throw ControlException.Invalid($"Thing {thingName} is in {MaxGroupsOfThing} thing groups already");
        string root = draft.State.Lineage(groupName).Last();
        if (thing.Groups.FirstOrDefault(group => draft.State.Lineage(group).Last() == root) is { } relative)
            throw ControlException.Invalid($"Thing {thingName} is in thing group {relative}, which is of the same hierarchy as {groupName}");
        draft.Put(ResourceKinds.Thing, thingName, thing with { Groups = [.. thing.Groups.Append(groupName).Order(StringComparer.Ordinal)] });
    }

    /// <summary>Takes a thing out of a group; one that is not in it stays so.</summary>
    /// <exception cref="ControlException">Either is unknown.</exception>
    public static void RemoveThing(ControlDraft draft, string groupName, string thingName)
    {
        Get(draft.State, groupName);
        ThingResource thing = Things.Get(draft.State, thingName);
        if (thing.Groups.Contains(groupName, StringComparer.Ordinal))
            draft.Put(ResourceKinds.Thing, thingName, thing with { Groups = [.. thing.Groups.Where(group => group != groupName)] });
    }

    /// <summary>The groups below a parent, or all where there is none, with names of a prefix.</summary>
    /// <param name="state">The account.</param>
    /// <param name="after">Only those that follow this name; null for all.</param>
    /// <param name="parentGroup">The parent; null for the roots.</param>
    /// <param name="isRecursive">Whether those below those below are meant too.</param>
    /// <param name="namePrefix">How names begin; null for any.</param>
    /// <exception cref="ControlException">The parent is unknown.</exception>
    public static IEnumerable<string> List(AccountState state, string? after, string? parentGroup, bool isRecursive, string? namePrefix)
    {
        IEnumerable<string> groups;
        if (parentGroup is not null)
        {
            Get(state, parentGroup);
            groups = isRecursive
                ? SortedNames.Merge(Subtree(state, parentGroup).Select(state.ChildrenOf), after)
                : state.ChildrenOf(parentGroup).After(after);
        }
        else
        {
            groups = state.ThingGroups.After(after).Where(group => isRecursive || group.Value.ParentGroupName is null).Select(group => group.Key);
        }

        return namePrefix is null
            ? groups
            : groups.SkipWhile(name => string.CompareOrdinal(name, namePrefix) < 0)
                .TakeWhile(name => name.StartsWith(namePrefix, StringComparison.Ordinal));
    }

    /// <summary>The things in a group, and with <paramref name="isRecursive"/> in those below it.</summary>
    /// <exception cref="ControlException">The group is unknown.</exception>
    public static IEnumerable<string> ListThings(AccountState state, string? after, string name, bool isRecursive)
    {
        Get(state, name);
        // No thing is in two groups of one hierarchy.
        return isRecursive
            ? SortedNames.Merge(Subtree(state, name).Select(state.MembersOf), after)
            : state.MembersOf(name).After(after);
    }

    /// <summary>The groups above a group, the root first.</summary>
    public static IEnumerable<string> Ancestors(AccountState state, string name) => state.Lineage(name).Skip(1).Reverse();

    /// <summary>A group by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static ThingGroupResource Get(AccountState state, string name) => state.ThingGroups.TryGet(name, out ThingGroupResource? group)
        ? group
        : throw ControlException.NotFound($"Thing group {Printable.Shorten(name)} does not exist");

    /// <summary>The resource of a group's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.ThingGroup}/{name}";

    // The group and those below it. The depth is bounded, and so is the recursion.
    private static IEnumerable<string> Subtree(AccountState state, string group) =>
        state.ChildrenOf(group).SelectMany(child => Subtree(state, child)).Prepend(group);

    private static void CheckCount(IReadOnlyDictionary<string, string> attributes)
    {
        if (attributes.Count > MaxAttributes)
            throw ControlException.Invalid($"A thing group has at most {MaxAttributes} attributes");
    }

    private static void CheckVersion(string name, ThingGroupResource group, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != group.Version)
            throw new ControlException(ControlError.VersionConflict, $"Thing group {name} has version {group.Version}, not the expected {expected}");
    }
}
