using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Everything that the API administers: an immutable snapshot.</summary>
internal sealed record AccountState
{
    public static AccountState Empty { get; } = new();

    public ResourceTable<ProfileResource> Profiles { get; init; } = ResourceTable<ProfileResource>.Empty;

    public ResourceTable<CustomMetricResource> CustomMetrics { get; init; } = ResourceTable<CustomMetricResource>.Empty;

    public ResourceTable<DimensionResource> Dimensions { get; init; } = ResourceTable<DimensionResource>.Empty;

    public ResourceTable<MitigationActionResource> MitigationActions { get; init; } = ResourceTable<MitigationActionResource>.Empty;

    /// <summary>By task id.</summary>
    public ResourceTable<DetectTaskResource> DetectTasks { get; init; } = ResourceTable<DetectTaskResource>.Empty;

    /// <summary>By task id, a slash and a number.</summary>
    public ResourceTable<DetectExecutionResource> DetectExecutions { get; init; } = ResourceTable<DetectExecutionResource>.Empty;

    public ResourceTable<ThingResource> Things { get; init; } = ResourceTable<ThingResource>.Empty;

    public ResourceTable<ThingGroupResource> ThingGroups { get; init; } = ResourceTable<ThingGroupResource>.Empty;

    public ResourceTable<ThingTypeResource> ThingTypes { get; init; } = ResourceTable<ThingTypeResource>.Empty;

    /// <summary>By the resource of the ARN, like <c>thinggroup/pumps</c>.</summary>
    public ResourceTable<TagSet> Tags { get; init; } = ResourceTable<TagSet>.Empty;

    /// <summary>The things of each group that has some; follows from <see cref="Things"/>.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Members { get; init; } = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>The groups right below each group that has some; follows from <see cref="ThingGroups"/>.</summary>
    public ImmutableDictionary<string, ImmutableSortedSet<string>> Children { get; init; } = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>The things that were added to a group, not to those below.</summary>
    public ImmutableSortedSet<string> MembersOf(string group) => Members.GetValueOrDefault(group, SortedNames.Empty);

    /// <summary>The groups right below a group.</summary>
    public ImmutableSortedSet<string> ChildrenOf(string group) => Children.GetValueOrDefault(group, SortedNames.Empty);

    /// <summary>A group and those above it, upwards.</summary>
    public IEnumerable<string> Lineage(string group)
    {
        for (string? at = group; at is not null; at = ThingGroups.TryGet(at, out ThingGroupResource? resource) ? resource.ParentGroupName : null)
            yield return at;
    }

    /// <summary>What decides which profiles apply to a thing, registered or not.</summary>
    public ThingMembership MembershipOf(string thingName)
    {
        if (!Things.TryGet(thingName, out ThingResource? thing))
            return ThingMembership.Unregistered;
        return thing.Groups.Count == 0
            ? ThingMembership.Registered
            : new ThingMembership(true, [.. thing.Groups.SelectMany(Lineage).Distinct()]);
    }

    /// <summary>The snapshot with the indexes that follow from its tables.</summary>
    public AccountState Indexed() => this with
    {
        Members = Index(Things.After(null).SelectMany(thing => thing.Value.Groups.Select(group => (Group: group, Name: thing.Key)))),
        Children = Index(ThingGroups.After(null)
            .Where(group => group.Value.ParentGroupName is not null)
            .Select(group => (Group: group.Value.ParentGroupName!, Name: group.Key))),
    };

    private static ImmutableDictionary<string, ImmutableSortedSet<string>> Index(IEnumerable<(string Group, string Name)> pairs) => pairs
        .GroupBy(pair => pair.Group, pair => pair.Name)
        .ToImmutableDictionary(group => group.Key, group => SortedNames.Empty.Union(group));
}
