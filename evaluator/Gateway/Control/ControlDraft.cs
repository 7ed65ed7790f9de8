using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>
/// A change of the account while it is made: the state as it would be, and what has to be stored. It is void when an
/// exception leaves it.
/// </summary>
/// <param name="state">The account before.</param>
/// <param name="definitions">Its metrics and dimensions.</param>
/// <param name="arns">The account's ARNs.</param>
/// <param name="now">The time of the change, whole milliseconds.</param>
internal sealed class ControlDraft(AccountState state, ProfileDefinitions definitions, Arns arns, DateTimeOffset now)
{
    private readonly HashSet<string> _things = new(StringComparer.Ordinal);
    private ProfileDefinitions? _definitions = definitions;
    private bool _concernsAll;

    /// <summary>The account with the changes up to here.</summary>
    public AccountState State { get; private set; } = state;

    /// <summary>The metrics and dimensions that profiles may name, with the changes up to here.</summary>
    public ProfileDefinitions Definitions => _definitions ??= EvaluationRules.Define(State);

    /// <summary>The refusal of a resource that exists.</summary>
    /// <param name="message">For the caller.</param>
    /// <param name="id">The id of what exists: a UUID, or the name where a kind has no ids.</param>
    /// <param name="resource">The resource of its ARN, like <c>thinggroup/pumps</c>.</param>
    public ControlException Exists(string message, string id, string resource) =>
        new(ControlError.ResourceAlreadyExists, message) { ResourceId = id, ResourceArn = arns.Of(resource) };

    /// <summary>The time of the change, whole milliseconds.</summary>
    public DateTimeOffset Now { get; } = now;

    /// <summary>What has to be stored; callers may add what belongs to the change, like a message to send.</summary>
    public StoreBatch Batch { get; } = new();

    /// <summary>Whom the change concerns up to here.</summary>
    public ControlChange Concerns => new(_concernsAll, _things);

    /// <summary>Puts a resource in place of the one of the same name.</summary>
    public void Put<T>(ResourceKind<T> kind, string name, T resource)
        where T : class
    {
        AccountState before = State;
        State = kind.Put(before, name, resource);
        Batch.Resources.Add(kind.ToRow(name, resource));
        Reindex(before, name);
    }

    /// <summary>Removes a resource; unknown names do no harm.</summary>
    public void Delete<T>(ResourceKind<T> kind, string name)
        where T : class
    {
        if (!kind.Table(State).Contains(name))
            return;
        AccountState before = State;
        State = kind.Remove(before, name);
        Batch.Resources.Add(new ResourceRow(kind.Word, name, null));
        Reindex(before, name);
    }

    // Only the entries of what changed: a registry of many things is not counted through for one of them.
    private void Reindex(AccountState before, string name)
    {
        if (!ReferenceEquals(before.CustomMetrics, State.CustomMetrics) || !ReferenceEquals(before.Dimensions, State.Dimensions))
            _definitions = null;
        _concernsAll |= !ReferenceEquals(before.Profiles, State.Profiles) || !ReferenceEquals(before.ThingGroups, State.ThingGroups);
        if (!ReferenceEquals(before.Things, State.Things))
        {
            _things.Add(name);
            before.Things.TryGet(name, out ThingResource? old);
            State.Things.TryGet(name, out ThingResource? current);
            ImmutableDictionary<string, ImmutableSortedSet<string>> members = State.Members;
            foreach (string group in old?.Groups ?? [])
                members = Drop(members, group, name);
            foreach (string group in current?.Groups ?? [])
                members = members.SetItem(group, State.MembersOf(group).Add(name));
            State = State with { Members = members };
        }

        if (!ReferenceEquals(before.ThingGroups, State.ThingGroups))
        {
            before.ThingGroups.TryGet(name, out ThingGroupResource? old);
            State.ThingGroups.TryGet(name, out ThingGroupResource? current);
            if (old?.ParentGroupName is { } left)
                State = State with { Children = Drop(State.Children, left, name) };
            if (current?.ParentGroupName is { } parent)
                State = State with { Children = State.Children.SetItem(parent, State.ChildrenOf(parent).Add(name)) };
        }
    }

    private static ImmutableDictionary<string, ImmutableSortedSet<string>> Drop(
        ImmutableDictionary<string, ImmutableSortedSet<string>> index, string key, string name)
    {
        if (!index.TryGetValue(key, out ImmutableSortedSet<string>? names))
            return index;
        names = names.Remove(name);
        return names.IsEmpty ? index.Remove(key) : index.SetItem(key, names);
    }
}
