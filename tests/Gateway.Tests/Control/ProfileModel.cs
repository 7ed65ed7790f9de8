using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Control;

namespace Defender.Gateway.Tests.Control;

/// <summary>Profiles, their targets and what they name, as simple as can be.</summary>
internal sealed class ProfileModel
{
    private readonly SortedDictionary<string, Profile> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _metrics = [];
    private readonly HashSet<string> _dimensions = [];
    private readonly HashSet<string> _groups = [];

    /// <summary>Does what a step says.</summary>
    /// <returns>Why it is refused; null when it is done.</returns>
    public ControlError? Apply(ProfileStep step)
    {
        switch (step.Verb)
        {
            case "create":
                return Create(step);
            case "update":
                return Update(step);
            case "delete":
                if (_profiles.TryGetValue(step.Profile, out Profile? deleted) && step.Version is { } version && version != deleted.Version)
                    return ControlError.VersionConflict;
                _profiles.Remove(step.Profile);
                return null;
            case "attach" or "detach":
                return Attach(step);
            case "create metric" when step.Metric is { } metric:
                return _metrics.TryAdd(metric, step.Flag) ? null : ControlError.ResourceAlreadyExists;
            case "delete metric" when step.Metric is { } metric:
                if (_profiles.Values.Any(profile => profile.Metric == metric))
                    return ControlError.InvalidRequest;
                _metrics.Remove(metric);
                return null;
            case "create dimension" when step.Dimension is { } dimension:
                return _dimensions.Add(dimension) ? null : ControlError.ResourceAlreadyExists;
            case "delete dimension" when step.Dimension is { } dimension:
                if (_profiles.Values.Any(profile => profile.Dimension == dimension))
                    return ControlError.InvalidRequest;
                _dimensions.Remove(dimension);
                return null;
            case "create group" when Group(step) is { } group:
                _groups.Add(group);
                return null;
            case "delete group" when Group(step) is { } group:
                _groups.Remove(group);
                foreach (Profile profile in _profiles.Values)
                    profile.Targets.Remove(step.Target);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Everything that can be asked, as lines.</summary>
    public IEnumerable<string> Describe()
    {
        foreach ((string name, Profile profile) in _profiles)
            yield return $"{name} v{profile.Version} {profile.Metric} {profile.Dimension} on {string.Join(' ', profile.Targets)}";
        foreach (string metric in (string[])["m1", "m2", "aws:num-disconnects"])
            yield return $"{metric}: {string.Join(' ', Names(profile => profile.Metric == metric || metric[0] == 'a'))}";
        yield return $"d1: {string.Join(' ', Names(profile => profile.Dimension == "d1"))}";
        foreach (string target in (string[])["all/things", "all/registered-things", .. _groups.Order(StringComparer.Ordinal).Select(group => $"thinggroup/{group}")])
            yield return $"{target}: {string.Join(' ', Names(profile => profile.Targets.Contains(target)))}";
    }

    private ControlError? Create(ProfileStep step)
    {
        if (IsUnknown(step))
            return ControlError.InvalidRequest;
        return _profiles.TryAdd(step.Profile, new Profile { Metric = step.Metric, Dimension = step.Dimension })
            ? null
            : ControlError.ResourceAlreadyExists;
    }

    private ControlError? Update(ProfileStep step)
    {
        if (!_profiles.TryGetValue(step.Profile, out Profile? profile))
            return ControlError.ResourceNotFound;
        if (step.Version is { } version && version != profile.Version)
            return ControlError.VersionConflict;
        if (!step.Flag && IsUnknown(step))
            return ControlError.InvalidRequest;
        profile.Version++;
        (profile.Metric, profile.Dimension) = step.Flag ? (null, null) : (step.Metric, step.Dimension);
        return null;
    }

    private ControlError? Attach(ProfileStep step)
    {
        if (!_profiles.TryGetValue(step.Profile, out Profile? profile) || (Group(step) is { } group && !_groups.Contains(group)))
            return ControlError.ResourceNotFound;
        if (step.Verb == "detach")
        {
            profile.Targets.Remove(step.Target);
            return null;
        }

        if (!profile.Targets.Contains(step.Target) && _profiles.Values.Count(other => other.Targets.Contains(step.Target)) >= 5)
            return ControlError.LimitExceeded;
        profile.Targets.Add(step.Target);
        return null;
    }

    private bool IsUnknown(ProfileStep step) =>
        (step.Metric is not null && (!_metrics.TryGetValue(step.Metric, out bool isList) || isList))
        || (step.Dimension is not null && !_dimensions.Contains(step.Dimension));

    private IEnumerable<string> Names(Func<Profile, bool> condition) => _profiles.Where(profile => condition(profile.Value)).Select(profile => profile.Key);

    private static string? Group(ProfileStep step) => step.Target.StartsWith("thinggroup/", StringComparison.Ordinal) ? step.Target["thinggroup/".Length..] : null;

    private sealed class Profile
    {
        public long Version { get; set; } = 1;

        public string? Metric { get; set; }

        public string? Dimension { get; set; }

        public SortedSet<string> Targets { get; } = new(StringComparer.Ordinal);
    }
}
