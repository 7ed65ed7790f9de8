using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Thing types.</summary>
internal static class ThingTypes
{
    /// <summary>AWS: searchable attributes of a thing type.</summary>
    public const int MaxSearchableAttributes = 3;

    /// <summary>Creates a type; the same type again gives the same answer.</summary>
    /// <exception cref="ControlException">It exists with other properties, or has too many searchable attributes.</exception>
    public static ThingTypeResource Create(
        ControlDraft draft, string name, JsonElement? properties, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (draft.State.ThingTypes.TryGet(name, out ThingTypeResource? known))
        {
            return AreSame(known.Properties, properties)
                && ResourceTags.Of(draft.State, ResourceOf(name)).SequenceEqual(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
                ? known
                : throw draft.Exists($"Thing type {name} already exists in current account with different properties", known.ThingTypeId, ResourceOf(name));
        }

        if (properties is { } given && given.TryGetProperty("searchableAttributes", out JsonElement searchable)
            && searchable.ValueKind == JsonValueKind.Array && searchable.GetArrayLength() > MaxSearchableAttributes)
            throw ControlException.Invalid($"A thing type has at most {MaxSearchableAttributes} searchable attributes");
        ResourceTags.Set(draft, ResourceOf(name), tags);
        var type = new ThingTypeResource(Guid.NewGuid().ToString(), properties, draft.Now, DeprecatedAt: null);
        draft.Put(ResourceKinds.ThingType, name, type);
        return type;
    }

    /// <summary>Lets no thing take the type any more, or lets things take it again.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static void Deprecate(ControlDraft draft, string name, bool isUndone)
    {
        ThingTypeResource type = Get(draft.State, name);
        if (isUndone == type.DeprecatedAt is not null)
            draft.Put(ResourceKinds.ThingType, name, type with { DeprecatedAt = isUndone ? null : draft.Now });
    }

    /// <summary>Deletes a type that is deprecated, for however short a time (DEV-09), and that no thing has.</summary>
    /// <exception cref="ControlException">It is unknown, not deprecated, or a thing has it.</exception>
    public static void Delete(ControlDraft draft, string name)
    {
        if (Get(draft.State, name).DeprecatedAt is null)
            throw ControlException.Invalid($"Thing type {name} is not deprecated: deprecate it first");
        if (draft.State.Things.After(null).FirstOrDefault(thing => thing.Value.ThingTypeName == name).Key is { } user)
            throw ControlException.Invalid($"Thing {user} has the thing type {name}");
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.ThingType, name);
    }

    /// <summary>A type by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static ThingTypeResource Get(AccountState state, string name) => state.ThingTypes.TryGet(name, out ThingTypeResource? type)
        ? type
        : throw ControlException.NotFound($"Thing type {name} does not exist");

    /// <summary>The resource of a type's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.ThingType}/{name}";

    private static bool AreSame(JsonElement? a, JsonElement? b) =>
        a is null || b is null ? a is null == b is null : JsonElement.DeepEquals(a.Value, b.Value);
}
