using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Gateway.Control;
using Defender.Gateway.Storage.Sqlite;
using Defender.Tests;
using Xunit;

namespace Defender.Gateway.Tests.Control;

/// <summary>
/// An account in a store of its own. When it is disposed, an account read anew from the store must be the same, and the
/// indexes must be those that follow from the tables.
/// </summary>
internal sealed class RegistryAccount : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-registry-").FullName;
    private readonly SqliteStore _store;

    public RegistryAccount()
    {
        _store = SqliteStore.Open(_directory);
        Control = new ControlPlane(_store, Arns, Time);
    }

    public static IReadOnlyCollection<KeyValuePair<string, string>> NoTags => [];

    public Arns Arns { get; } = new(Arns.DefaultRegion, Arns.DefaultAccountId);

    public ManualTime Time { get; } = new();

    public ControlPlane Control { get; }

    public AccountState State => Control.State;

    /// <summary>Names and values like <c>color=red</c>.</summary>
    public static Dictionary<string, string> Map(params string[] pairs) => pairs.ToDictionary(pair => pair.Split('=')[0], pair => pair.Split('=')[1]);

    /// <summary>As many attributes or tags.</summary>
    public static Dictionary<string, string> Many(int count) => Enumerable.Range(0, count).ToDictionary(i => $"k{i:000}", _ => "v");

    public void Change(Action<ControlDraft> change) => Control.Change(change);

    public T Change<T>(Func<ControlDraft, T> change) => Control.Change(change);

    /// <summary>A change that is refused with this error, and that leaves everything as it was.</summary>
    public ControlException Refused(ControlError error, Action<ControlDraft> change)
    {
        AccountState before = State;
        ControlException refusal = Assert.Throws<ControlException>(() => Change(change));
        Assert.Equal(error, refusal.Error);
        Assert.Same(before, State);
        return refusal;
    }

    public void CreateThings(params string[] names)
    {
        foreach (string name in names)
            Change(draft => Things.Create(draft, name, null, null, null));
    }

    /// <summary>Groups like <c>parent/child</c>, and <c>root</c>.</summary>
    public void CreateGroups(params string[] paths)
    {
        foreach (string[] path in paths.Select(path => path.Split('/')))
            Change(draft => ThingGroups.Create(draft, path[^1], path.Length > 1 ? path[^2] : null, null, null, NoTags));
    }

    /// <summary>Memberships like <c>thing/group</c>.</summary>
    public void Add(params string[] memberships)
    {
        foreach (string[] pair in memberships.Select(membership => membership.Split('/')))
            Change(draft => ThingGroups.AddThing(draft, pair[1], pair[0]));
    }

    /// <summary>Compares the account with what the store says of it.</summary>
    public void CheckStored()
    {
        Assert.Equal(Describe(State), Describe(new ControlPlane(_store, Arns, Time).State));
        Assert.Equal(Describe(State), Describe(State.Indexed()));
    }

    public void Dispose()
    {
        try
        {
            CheckStored();
        }
        finally
        {
            _store.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }

    private static List<string> Describe(AccountState state) =>
    [
        .. Rows(state, ResourceKinds.Thing),
        .. Rows(state, ResourceKinds.ThingGroup),
        .. Rows(state, ResourceKinds.ThingType),
        .. Rows(state, ResourceKinds.Tags),
        .. Rows(state, ResourceKinds.Profile),
        .. Rows(state, ResourceKinds.CustomMetric),
        .. Rows(state, ResourceKinds.Dimension),
        .. Rows(state, ResourceKinds.MitigationAction),
        .. state.Members.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"members of {group.Key}: {string.Join(' ', group.Value)}"),
        .. state.Children.OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"children of {group.Key}: {string.Join(' ', group.Value)}"),
    ];

    private static IEnumerable<string> Rows<T>(AccountState state, ResourceKind<T> kind)
        where T : class =>
        kind.Table(state).After(null).Select(entry => $"{kind.Word} {entry.Key}: {Encoding.UTF8.GetString(kind.ToRow(entry.Key, entry.Value).Document!)}");
}
