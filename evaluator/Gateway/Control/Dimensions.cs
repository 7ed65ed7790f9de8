using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Dimensions; AWS has the one type TOPIC_FILTER.</summary>
internal static class Dimensions
{
    public const string TopicFilter = "TOPIC_FILTER";

    /// <summary>AWS: dimensions of an account.</summary>
    public const int MaxDimensions = 10;

    /// <summary>Creates a dimension; the same request again gives the same answer.</summary>
    /// <exception cref="ControlException">It exists, or there are too many.</exception>
    public static void Create(
        ControlDraft draft,
        string name,
        IReadOnlyList<string> stringValues,
        string? clientRequestToken,
        IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (draft.State.Dimensions.TryGet(name, out DimensionResource? existing))
        {
            if (clientRequestToken is not null && existing.ClientRequestToken == clientRequestToken
                && existing.StringValues.SequenceEqual(stringValues)
                && ResourceTags.Of(draft.State, ResourceOf(name)).SequenceEqual(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)))
                return;
            throw draft.Exists($"Dimension {name} already exists", name, ResourceOf(name));
        }

        if (draft.State.Dimensions.Count >= MaxDimensions)
            throw ControlException.OverLimit($"The account has {MaxDimensions} dimensions already");
        ResourceTags.Set(draft, ResourceOf(name), tags);
        draft.Put(ResourceKinds.Dimension, name, new DimensionResource(stringValues, clientRequestToken, draft.Now, draft.Now));
    }

    /// <summary>Changes the topic filters.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static DimensionResource Update(ControlDraft draft, string name, IReadOnlyList<string> stringValues)
    {
        DimensionResource resource = Get(draft.State, name) with { StringValues = stringValues, ModifiedAt = draft.Now };
        draft.Put(ResourceKinds.Dimension, name, resource);
        return resource;
    }

    /// <summary>Deletes a dimension; unknown ones do no harm.</summary>
    /// <exception cref="ControlException">A profile uses it.</exception>
    public static void Delete(ControlDraft draft, string name)
    {
        if (draft.State.Profiles.After(null).FirstOrDefault(entry => SecurityProfiles.Uses(entry.Value.Profile, null, name)).Key is { } user)
            throw ControlException.Invalid($"Dimension {name} is used by security profile {user}");
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.Dimension, name);
    }

    /// <summary>A dimension by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static DimensionResource Get(AccountState state, string name) => state.Dimensions.TryGet(name, out DimensionResource? dimension)
        ? dimension
        : throw ControlException.NotFound($"Dimension {name} does not exist");

    /// <summary>The resource of a dimension's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.Dimension}/{name}";
}
