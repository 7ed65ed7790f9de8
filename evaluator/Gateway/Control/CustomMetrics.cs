using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>Custom metrics.</summary>
internal static class CustomMetrics
{
    /// <summary>AWS: custom metrics of an account, an adjustable quota.</summary>
    public const int MaxMetrics = 100;

    /// <summary>Creates a metric; the same request again gives the same answer.</summary>
    /// <exception cref="ControlException">It exists, its name is reserved, or there are too many.</exception>
    public static void Create(
        ControlDraft draft,
        string name,
        string metricType,
        string? displayName,
        string? clientRequestToken,
        IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (name.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            throw ControlException.Invalid($"metricName {name} should not start with aws:");
        if (draft.State.CustomMetrics.TryGet(name, out CustomMetricResource? existing))
        {
            if (clientRequestToken is not null && existing.ClientRequestToken == clientRequestToken
                && existing.MetricType == metricType && existing.DisplayName == displayName
                && ResourceTags.Of(draft.State, ResourceOf(name)).SequenceEqual(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)))
                return;
            throw draft.Exists($"Custom metric {name} already exists", name, ResourceOf(name));
        }

        if (draft.State.CustomMetrics.Count >= MaxMetrics)
            throw ControlException.OverLimit($"The account has {MaxMetrics} custom metrics already");
        ResourceTags.Set(draft, ResourceOf(name), tags);
        draft.Put(ResourceKinds.CustomMetric, name, new CustomMetricResource(metricType, displayName, clientRequestToken, draft.Now, draft.Now));
    }

    /// <summary>Changes the name that people see.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static CustomMetricResource Update(ControlDraft draft, string name, string displayName)
    {
        CustomMetricResource resource = Get(draft.State, name) with { DisplayName = displayName, ModifiedAt = draft.Now };
        draft.Put(ResourceKinds.CustomMetric, name, resource);
        return resource;
    }

    /// <summary>Deletes a metric; unknown ones do no harm.</summary>
    /// <exception cref="ControlException">A profile uses it.</exception>
    public static void Delete(ControlDraft draft, string name)
    {
        if (draft.State.Profiles.After(null).FirstOrDefault(entry => SecurityProfiles.Uses(entry.Value.Profile, name, null)).Key is { } user)
            throw ControlException.Invalid($"Custom metric {name} is used by security profile {user}");
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.CustomMetric, name);
    }

    /// <summary>A metric by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static CustomMetricResource Get(AccountState state, string name) => state.CustomMetrics.TryGet(name, out CustomMetricResource? metric)
        ? metric
        : throw ControlException.NotFound($"Custom metric {name} does not exist");

    /// <summary>The resource of a metric's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.CustomMetric}/{name}";
}
