using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control;

namespace Defender.Gateway.Tests.Control;

/// <summary>The registry once more, as simple as can be: no indexes, every question walks everything.</summary>
internal sealed class RegistryModel
{
    private readonly SortedDictionary<string, Thing> _things = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>Does what a step says.</summary>
    /// <returns>Why it is refused; null when it is done.</returns>
    public ControlError? Apply(RegistryStep step) => step.Verb switch
    {
        "create thing" => CreateThing(step),
        "update thing" => UpdateThing(step),
        "delete thing" => DeleteThing(step),
        "create group" => CreateGroup(step),
        "update group" => UpdateGroup(step),
        "delete group" => DeleteGroup(step),
        "add" => Move(step.Thing, null, step.Group),
        "remove" => Move(step.Thing, step.Group, null),
        "move" => Move(step.Thing, step.Group, step.Other ?? step.Group),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    /// <summary>Everything that can be asked, as lines.</summary>
    public IEnumerable<string> Describe()
    {
        foreach ((string name, Thing thing) in _things)
            yield return RegistryStep.Line("thing", name, thing.Version, thing.Attributes, [.. thing.Groups.Order(StringComparer.Ordinal)]);
        foreach ((string name, Group group) in _groups)
        {
            yield return RegistryStep.Line("group", name, group.Version, group.Attributes, [.. Lineage(name).Skip(1).Reverse()]);
            yield return RegistryStep.Line("children", name, _groups.Where(other => other.Value.Parent == name).Select(other => other.Key));
            yield return RegistryStep.Line("below", name, _groups.Keys.Where(other => other != name && Lineage(other).Contains(name)));
            yield return RegistryStep.Line("members", name, _things.Where(thing => thing.Value.Groups.Contains(name)).Select(thing => thing.Key));
            yield return RegistryStep.Line(
                "all members", name, _things.Where(thing => thing.Value.Groups.Any(joined => Lineage(joined).Contains(name))).Select(thing => thing.Key));
        }
    }

    private ControlError? CreateThing(RegistryStep step)
    {
        Dictionary<string, string> attributes = Changed([], step.Attributes, merges: false);
        if (_things.TryGetValue(step.Thing, out Thing? known))
            return AreSame(known.Attributes, attributes) ? null : ControlError.ResourceAlreadyExists;
        if (attributes.Count > 3)
            return ControlError.InvalidRequest;
        _things.Add(step.Thing, new Thing { Attributes = attributes });
        return null;
    }

    private ControlError? UpdateThing(RegistryStep step)
    {
        if (!_things.TryGetValue(step.Thing, out Thing? thing))
            return ControlError.ResourceNotFound;
        if (step.Version is { } version && version != thing.Version)
            return ControlError.VersionConflict;
        Dictionary<string, string> attributes = Changed(thing.Attributes, step.Attributes, step.Merges);
        if (attributes.Count > 3)
            return ControlError.InvalidRequest;
        thing.Attributes = attributes;
        thing.Version++;
        return null;
    }

    private ControlError? DeleteThing(RegistryStep step)
    {
        if (!_things.TryGetValue(step.Thing, out Thing? thing))
            return null;
        if (step.Version is { } version && version != thing.Version)
            return ControlError.VersionConflict;
        _things.Remove(step.Thing);
        return null;
    }

    private ControlError? CreateGroup(RegistryStep step)
    {
        Dictionary<string, string> attributes = Changed([], step.Attributes, merges: false);
        if (_groups.TryGetValue(step.Group, out Group? known))
            return known.Parent == step.Other && AreSame(known.Attributes, attributes) ? null : ControlError.ResourceAlreadyExists;
        if (step.Other is not null && !_groups.ContainsKey(step.Other))
            return ControlError.ResourceNotFound;
        if (step.Other is not null && Lineage(step.Other).Count() >= 7)
            return ControlError.InvalidRequest;
        _groups.Add(step.Group, new Group { Parent = step.Other, Attributes = attributes });
        return null;
    }

    private ControlError? UpdateGroup(RegistryStep step)
    {
        if (!_groups.TryGetValue(step.Group, out Group? group))
            return ControlError.ResourceNotFound;
        if (step.Version is { } version && version != group.Version)
            return ControlError.VersionConflict;
        group.Attributes = Changed(group.Attributes, step.Attributes, step.Merges);
        group.Version++;
        return null;
    }

    private ControlError? DeleteGroup(RegistryStep step)
    {
        if (!_groups.TryGetValue(step.Group, out Group? group))
            return null;
        if (step.Version is { } version && version != group.Version)
            return ControlError.VersionConflict;
        if (_groups.Values.Any(other => other.Parent == step.Group))
            return ControlError.InvalidRequest;
        _groups.Remove(step.Group);
        foreach (Thing thing in _things.Values)
            thing.Groups.Remove(step.Group);
        return null;
    }

    private ControlError? Move(string name, string? from, string? to)
    {
        if (!_things.TryGetValue(name, out Thing? thing) || new[] { from, to }.Any(group => group is not null && !_groups.ContainsKey(group)))
            return ControlError.ResourceNotFound;
        HashSet<string> groups = [.. thing.Groups];
        if (from is not null)
            groups.Remove(from);
        if (to is not null && groups.Add(to) && (groups.Count > 10 || groups.Select(group => Lineage(group).Last()).Distinct().Count() < groups.Count))
            return ControlError.InvalidRequest;
        thing.Groups = groups;
        return null;
    }

    private IEnumerable<string> Lineage(string group)
    {
        for (string? at = group; at is not null; at = _groups[at].Parent)
            yield return at;
    }

    private static Dictionary<string, string> Changed(Dictionary<string, string> before, Dictionary<string, string>? given, bool merges)
    {
        Dictionary<string, string> after = merges || given is null ? new(before) : [];
        foreach ((string name, string value) in given ?? [])
            after[name] = value;
        return after.Where(attribute => attribute.Value.Length > 0).ToDictionary();
    }

    private static bool AreSame(Dictionary<string, string> a, Dictionary<string, string> b) => a.Count == b.Count && !a.Except(b).Any();

    private sealed class Thing
    {
        public Dictionary<string, string> Attributes { get; set; } = [];

        public long Version { get; set; } = 1;

        public HashSet<string> Groups { get; set; } = [];
    }

    private sealed class Group
    {
        public required string? Parent { get; init; }

        public Dictionary<string, string> Attributes { get; set; } = [];

        public long Version { get; set; } = 1;
    }
}
