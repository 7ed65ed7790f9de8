using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Things;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>The things of the registry.</summary>
internal static class Things
{
    /// <summary>AWS: attributes of a thing without a type.</summary>
    public const int MaxAttributes = 3;

    /// <summary>AWS: attributes of a thing with a type.</summary>
    public const int MaxAttributesOfType = 50;

    /// <summary>Registers a thing without a type and attributes, unless it is there already, whatever it is then.</summary>
    /// <exception cref="ControlException">The registry takes no such name.</exception>
    /// <exception cref="StoreException">It could not be stored.</exception>
    public static void Ensure(ControlPlane control, string name)
    {
        if (!ThingName.IsRegistryName(name))
            throw ControlException.Invalid("the registry of things takes names of letters, digits, ':', '_' and '-' only");
        control.Change(draft =>
        {
            if (!draft.State.Things.Contains(name))
                Create(draft, name, thingTypeName: null, given: null, billingGroupName: null);
        });
    }

    /// <summary>Registers a thing; the same thing again gives the same answer.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The thing.</param>
    /// <param name="thingTypeName">Its type; null for none.</param>
    /// <param name="given">Its attributes; null for none.</param>
    /// <param name="billingGroupName">Kept as given; null for none.</param>
    /// <exception cref="ControlException">It exists with other properties, its type cannot be taken, or it has too many attributes.</exception>
    public static ThingResource Create(
        ControlDraft draft, string name, string? thingTypeName, IReadOnlyDictionary<string, string>? given, string? billingGroupName)
    {
        IReadOnlyDictionary<string, string> attributes = AttributeMap.Create(given);
        if (draft.State.Things.TryGet(name, out ThingResource? known))
        {
            return known.ThingTypeName == thingTypeName && known.BillingGroupName == billingGroupName && AttributeMap.AreSame(known.Attributes, attributes)
                ? known
                : throw draft.Exists($"Thing {name} already exists in current account with different properties", known.ThingId, ResourceOf(name));
        }

        CheckType(draft.State, thingTypeName);
        CheckCount(attributes, thingTypeName);
        var thing = new ThingResource(Guid.NewGuid().ToString(), thingTypeName, attributes, billingGroupName, 1, []);
        draft.Put(ResourceKinds.Thing, name, thing);
        return thing;
    }

    /// <summary>Changes a thing.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The thing.</param>
    /// <param name="thingTypeName">Its new type; null to keep the one it has.</param>
    /// <param name="removesType">Whether it shall have no type.</param>
    /// <param name="attributes">Its attributes, an empty value removes one; null to keep those it has.</param>
    /// <param name="merges">Whether attributes that are not given stay.</param>
    /// <param name="expectedVersion">The version it must have; null for any.</param>
    /// <exception cref="ControlException">It is unknown, has another version, or cannot be so.</exception>
    public static void Update(
        ControlDraft draft,
        string name,
        string? thingTypeName,
        bool removesType,
        IReadOnlyDictionary<string, string>? attributes,
        bool merges,
        long? expectedVersion)
    {
        ThingResource thing = Get(draft.State, name);
        CheckVersion(name, thing, expectedVersion);
        if (removesType && thingTypeName is not null)
            throw ControlException.Invalid("removeThingType and thingTypeName exclude each other");
        if (thingTypeName != thing.ThingTypeName)
            CheckType(draft.State, thingTypeName);
        string? type = removesType ? null : thingTypeName ?? thing.ThingTypeName;
        IReadOnlyDictionary<string, string> changed = AttributeMap.Change(thing.Attributes, attributes, merges);
        CheckCount(changed, type);
        draft.Put(ResourceKinds.Thing, name, thing with { ThingTypeName = type, Attributes = changed, Version = thing.Version + 1 });
    }

    /// <summary>Deletes a thing, and takes it out of its groups; unknown ones do no harm.</summary>
    /// <exception cref="ControlException">It has another version.</exception>
    public static void Delete(ControlDraft draft, string name, long? expectedVersion)
    {
        if (!draft.State.Things.TryGet(name, out ThingResource? thing))
            return;
        CheckVersion(name, thing, expectedVersion);
        draft.Delete(ResourceKinds.Thing, name);
    }

    /// <summary>The things with an attribute and of a type; null members do not narrow.</summary>
    public static IEnumerable<KeyValuePair<string, ThingResource>> List(
        AccountState state, string? after, string? attributeName, string? attributeValue, bool isPrefix, string? thingTypeName) =>
        state.Things.After(after).Where(thing =>
            (thingTypeName is null || thing.Value.ThingTypeName == thingTypeName)
            && HasAttribute(thing.Value.Attributes, attributeName, attributeValue, isPrefix));

    /// <summary>A thing by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static ThingResource Get(AccountState state, string name) => state.Things.TryGet(name, out ThingResource? thing)
        ? thing
        : throw ControlException.NotFound($"Thing {Printable.Shorten(name)} does not exist");

    /// <summary>The resource of a thing's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.Thing}/{name}";

    private static bool HasAttribute(IReadOnlyDictionary<string, string> attributes, string? name, string? value, bool isPrefix)
    {
        if (name is not null)
            return attributes.TryGetValue(name, out string? found) && IsValue(found, value, isPrefix);
        return value is null || attributes.Values.Any(found => IsValue(found, value, isPrefix));
    }

    private static bool IsValue(string found, string? value, bool isPrefix) =>
        value is null || (isPrefix ? found.StartsWith(value, StringComparison.Ordinal) : found == value);

    private static void CheckType(AccountState state, string? thingTypeName)
    {
        if (thingTypeName is not null && ThingTypes.Get(state, thingTypeName).DeprecatedAt is not null)
            throw ControlException.Invalid($"Thing type {thingTypeName} is deprecated");
    }

    private static void CheckCount(IReadOnlyDictionary<string, string> attributes, string? thingTypeName)
    {
        int max = thingTypeName is null ? MaxAttributes : MaxAttributesOfType;
        if (attributes.Count > max)
            throw ControlException.Invalid($"A thing {(thingTypeName is null ? "without" : "with")} a thing type has at most {max} attributes");
    }

    private static void CheckVersion(string name, ThingResource thing, long? expectedVersion)
    {
        if (expectedVersion is { } expected && expected != thing.Version)
            throw new ControlException(ControlError.VersionConflict, $"Thing {name} has version {thing.Version}, not the expected {expected}");
    }
}
