using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;

namespace Defender.Gateway.Control;

/// <summary>Resources of one kind by name, in ordinal order of their names. Immutable: changes give a new table that shares most of the old.</summary>
/// <typeparam name="T">The resource.</typeparam>
internal sealed class ResourceTable<T>
    where T : class
{
    private readonly ImmutableDictionary<string, T> _byName;
    private readonly ImmutableSortedSet<string> _names;

    private ResourceTable(ImmutableDictionary<string, T> byName, ImmutableSortedSet<string> names)
    {
        _byName = byName;
        _names = names;
    }

    /// <summary>A table without resources.</summary>
    public static ResourceTable<T> Empty { get; } =
        new(ImmutableDictionary.Create<string, T>(StringComparer.Ordinal), ImmutableSortedSet.Create<string>(StringComparer.Ordinal));

    public int Count => _byName.Count;

    /// <summary>All resources, in the order of their names.</summary>
    public IEnumerable<T> All => _names.Select(name => _byName[name]);

    /// <summary>A table of many resources at once.</summary>
    public static ResourceTable<T> Of(IEnumerable<KeyValuePair<string, T>> resources)
    {
        ImmutableDictionary<string, T> byName = ImmutableDictionary.CreateRange(StringComparer.Ordinal, resources);
        return new(byName, ImmutableSortedSet.CreateRange(StringComparer.Ordinal, byName.Keys));
    }

    public bool TryGet(string name, [NotNullWhen(true)] out T? resource) => _byName.TryGetValue(name, out resource);

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>The table with a resource put in place of the one of the same name.</summary>
    public ResourceTable<T> With(string name, T resource) => new(_byName.SetItem(name, resource), _names.Add(name));

    /// <summary>The table without a name; unknown ones do no harm.</summary>
    public ResourceTable<T> Without(string name) => new(_byName.Remove(name), _names.Remove(name));

    /// <summary>The resources whose names follow <paramref name="after"/>, all of them where it is null, with their names.</summary>
    public IEnumerable<KeyValuePair<string, T>> After(string? after)
    {
        foreach (string name in _names.After(after))
            yield return new(name, _byName[name]);
    }
}
