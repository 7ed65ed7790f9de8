using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Tags, of whatever resource: they are kept by the resource of its ARN, like <c>thinggroup/pumps</c>.</summary>
internal static class ResourceTags
{
    /// <summary>AWS: tags of a resource.</summary>
    public const int MaxTags = 50;

    /// <summary>The tags of a resource, in the order of their keys.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Of(AccountState state, string resource) =>
        state.Tags.TryGet(resource, out TagSet? tags) ? tags.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal) : [];

    /// <summary>Gives a resource these tags and no others; none for a resource that goes.</summary>
    /// <exception cref="ControlException">A key is used twice or reserved, or there are too many.</exception>
    public static void Set(ControlDraft draft, string resource, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (tags.Count == 0)
            draft.Delete(ResourceKinds.Tags, resource);
        else
            draft.Put(ResourceKinds.Tags, resource, new TagSet(Check(tags, ControlError.InvalidRequest)));
    }

    /// <summary>Adds tags; those of the same key are replaced.</summary>
    /// <exception cref="ControlException">A key is used twice or reserved, or there would be too many.</exception>
    public static void Add(ControlDraft draft, string resource, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        Dictionary<string, string> added = Check(tags, ControlError.LimitExceeded);
        if (added.Count == 0)
            return;
        IEnumerable<KeyValuePair<string, string>> kept = Of(draft.State, resource).Where(tag => !added.ContainsKey(tag.Key));
        draft.Put(ResourceKinds.Tags, resource, new TagSet(Check([.. kept, .. added], ControlError.LimitExceeded)));
    }

    /// <summary>Removes the tags of these keys; unknown ones do no harm.</summary>
    public static void Remove(ControlDraft draft, string resource, IReadOnlyCollection<string> keys) =>
        Set(draft, resource, [.. Of(draft.State, resource).Where(tag => !keys.Contains(tag.Key))]);

    /// <summary>The resource of an ARN that tags can be put on.</summary>
    /// <exception cref="ControlException">The ARN is of no such kind, or the resource does not exist.</exception>
    public static string Find(AccountState state, string arn)
    {
        if (!Arns.TryParse(arn, out string? resource) || resource.Split('/', 2) is not [var kind, { Length: > 0 } name])
            throw ControlException.Invalid($"resourceArn {Printable.Shorten(arn)} is not the ARN of a resource with tags");
        bool exists = kind switch
        {
            Arns.SecurityProfile => state.Profiles.Contains(name),
            Arns.CustomMetric => state.CustomMetrics.Contains(name),
            Arns.Dimension => state.Dimensions.Contains(name),
            Arns.MitigationAction => state.MitigationActions.Contains(name),
            Arns.ThingGroup => state.ThingGroups.Contains(name),
            Arns.ThingType => state.ThingTypes.Contains(name),
            _ => throw ControlException.Invalid($"resourceArn {Printable.Shorten(arn)} is not the ARN of a resource with tags"),
        };
        return exists ? resource : throw ControlException.NotFound($"Resource {Printable.Shorten(resource)} does not exist");
    }

    private static Dictionary<string, string> Check(IReadOnlyCollection<KeyValuePair<string, string>> tags, ControlError overLimit)
    {
        if (tags.Count > MaxTags)
            throw new ControlException(overLimit, $"A resource has at most {MaxTags} tags");
        var checkedTags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
                throw ControlException.Invalid($"tag key {Printable.Shorten(key)} should not start with aws:");
            if (!checkedTags.TryAdd(key, value))
                throw ControlException.Invalid($"tag key {Printable.Shorten(key)} is used twice");
        }

        return checkedTags;
    }
}
