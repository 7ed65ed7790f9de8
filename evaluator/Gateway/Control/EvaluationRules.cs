using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control;

/// <summary>What reports are read and judged by: an immutable snapshot of the account, compiled.</summary>
internal sealed class EvaluationRules
{
    private readonly AccountState _account;
    private readonly ProfileSet _profiles;

    private EvaluationRules(AccountState account, ProfileDefinitions definitions, ProfileSet profiles)
    {
        _account = account;
        Definitions = definitions;
        _profiles = profiles;
    }

    /// <summary>The metrics and dimensions that profiles and reports may name.</summary>
    public ProfileDefinitions Definitions { get; }

    /// <summary>Whether the registry knows a thing.</summary>
    public bool IsRegistered(string thingName) => _account.Things.TryGet(thingName, out _);

    /// <summary>The behaviors that apply to a thing: the same object for all things that the same profiles apply to.</summary>
    public ThingProfiles For(string thingName) => _profiles.For(_account.MembershipOf(thingName));

    /// <summary>
    /// Compiles an account. The profiles of the account returned are bound to the metrics of the rules.
    /// </summary>
    /// <param name="account">The account.</param>
    /// <param name="previous">The rules before, which share what did not change; null for none.</param>
    public static (AccountState Account, EvaluationRules Rules) Compile(AccountState account, EvaluationRules? previous)
    {
        ProfileDefinitions definitions = previous?.Definitions ?? ProfileDefinitions.BuiltIn;
        if (previous is null || !ReferenceEquals(previous._account.CustomMetrics, account.CustomMetrics)
            || !ReferenceEquals(previous._account.Dimensions, account.Dimensions))
        {
            definitions = Define(account);
            account = account with { Profiles = Bind(account.Profiles, definitions) };
        }

        ProfileSet profiles = previous is not null && ReferenceEquals(previous._account.Profiles, account.Profiles)
            ? previous._profiles
            : ProfileSet.Compile(account.Profiles.All.Where(profile => profile.Targets.Count > 0).Select(Attach));
        return (account, new EvaluationRules(account, definitions, profiles));
    }

    /// <summary>The metrics and dimensions of an account.</summary>
    public static ProfileDefinitions Define(AccountState account) => new(
        new MetricCatalog(account.CustomMetrics.After(null).Select(metric => new CustomMetricDefinition(metric.Key, KindOf(metric.Value)))),
        account.Dimensions.After(null).Select(dimension => new Dimension(dimension.Key, [.. dimension.Value.StringValues])));

    // A behavior holds its metric, and metrics are numbered anew when the custom ones change.
    private static ResourceTable<ProfileResource> Bind(ResourceTable<ProfileResource> profiles, ProfileDefinitions definitions) =>
        ResourceTable<ProfileResource>.Of(profiles.After(null).Select(profile => new KeyValuePair<string, ProfileResource>(
            profile.Key,
            ProfileDocument.Read(profile.Key, ProfileDocument.Write(profile.Value), definitions))));

    private static MetricValueKind KindOf(CustomMetricResource metric) =>
        WireNames.TryParseCustomMetricType(metric.MetricType, out MetricValueKind kind)
            ? kind
            : throw new InvalidOperationException($"a custom metric of type {metric.MetricType} was kept");

    private static ProfileAttachment Attach(ProfileResource profile) => new(profile.Profile, [.. profile.Targets.Select(ProfileTarget.ToAttachment)]);
}
