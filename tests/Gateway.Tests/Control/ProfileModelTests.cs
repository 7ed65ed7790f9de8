using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Control;

/// <summary>Random changes of profiles, attachments, custom metrics and dimensions, done to an account and to a naive model of it.</summary>
public sealed class ProfileModelTests
{
    private const int MaxRounds = 10;

    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(100);

    [Fact]
    public void Account_and_model_agree_on_every_outcome_and_every_list()
    {
        HashSet<(string Verb, ControlError? Outcome)> seen = [];
        Arbitrary<ProfileStep[]> sequences = Arb.From(
            ProfileStep.Sequences(), steps => Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, at) => at != i).ToArray()));
        Property agreement = Prop.ForAll(sequences, steps =>
        {
            // Disposing it compares it with what the store says.
            using var account = new RegistryAccount();
            var model = new ProfileModel();
            foreach (ProfileStep step in steps)
            {
                ControlError? expected = model.Apply(step);
                seen.Add((step.Verb, expected));
                Assert.Equal(expected, Try(() => Apply(account, step)));
                Assert.Equal(model.Describe(), Describe(account));
                CheckRules(account.Control);
            }
        });

        // A generator that misses an outcome tests less than it says; the rare ones may take some rounds.
        (string, ControlError?)[] interesting =
        [
            ("create", null), ("create", ControlError.InvalidRequest), ("create", ControlError.ResourceAlreadyExists),
            ("update", null), ("update", ControlError.ResourceNotFound), ("update", ControlError.VersionConflict), ("update", ControlError.InvalidRequest),
            ("delete", null), ("delete", ControlError.VersionConflict),
            ("attach", null), ("attach", ControlError.ResourceNotFound), ("attach", ControlError.LimitExceeded), ("detach", null),
            ("create metric", ControlError.ResourceAlreadyExists), ("delete metric", null), ("delete metric", ControlError.InvalidRequest),
            ("delete dimension", null), ("delete dimension", ControlError.InvalidRequest), ("delete group", null),
        ];
        for (int round = 0; round == 0 || (round < MaxRounds && interesting.Except(seen).Any()); round++)
            agreement.Check(Often);
        Assert.Empty(interesting.Except(seen));
    }

    private static void Apply(RegistryAccount account, ProfileStep step)
    {
        string arn = account.Arns.Of(step.Target);
        string group = step.Target[(step.Target.IndexOf('/', StringComparison.Ordinal) + 1)..];
        bool isGroup = step.Target.StartsWith("thinggroup/", StringComparison.Ordinal);
        account.Change(draft =>
        {
            switch (step.Verb)
            {
                case "create":
                    SecurityProfiles.Create(draft, step.Profile, Body(step, deletes: false));
                    break;
                case "update":
                    SecurityProfiles.Update(draft, step.Profile, Body(step, step.Flag), step.Version);
                    break;
                case "delete":
                    SecurityProfiles.Delete(draft, step.Profile, step.Version);
                    break;
                case "attach":
                    SecurityProfiles.Attach(draft, step.Profile, arn);
                    break;
                case "detach":
                    SecurityProfiles.Detach(draft, step.Profile, arn);
                    break;
                case "create metric" when step.Metric is not null:
                    CustomMetrics.Create(draft, step.Metric, step.Flag ? "number-list" : "number", null, null, RegistryAccount.NoTags);
                    break;
                case "delete metric" when step.Metric is not null:
                    CustomMetrics.Delete(draft, step.Metric);
                    break;
                case "create dimension" when step.Dimension is not null:
                    Dimensions.Create(draft, step.Dimension, ["a/#"], null, RegistryAccount.NoTags);
                    break;
                case "delete dimension" when step.Dimension is not null:
                    Dimensions.Delete(draft, step.Dimension);
                    break;
                case "create group" when isGroup:
                    ThingGroups.Create(draft, group, null, null, null, RegistryAccount.NoTags);
                    break;
                case "delete group" when isGroup:
                    ThingGroups.Delete(draft, group, null);
                    break;
            }
        });
    }

    // One behavior on the metric and one on the dimension that the step names, and a metric that is always retained.
    private static JsonElement Body(ProfileStep step, bool deletes)
    {
        if (deletes)
            return JsonSerializer.SerializeToElement(new { deleteBehaviors = true });
        List<object> behaviors = [new { name = "always", metric = "aws:num-disconnects", criteria = new { comparisonOperator = "less-than", value = new { count = 5 }, durationSeconds = 300 } }];
        if (step.Metric is not null)
            behaviors.Add(new { name = "custom", metric = step.Metric, criteria = new { comparisonOperator = "less-than", value = new { number = 5 } } });
        if (step.Dimension is not null)
        {
            behaviors.Add(new
            {
                name = "narrowed",
                metric = "aws:num-messages-sent",
                metricDimension = new { dimensionName = step.Dimension },
                criteria = new { comparisonOperator = "less-than", value = new { count = 5 }, durationSeconds = 300 },
            });
        }

        return JsonSerializer.SerializeToElement(new { behaviors, additionalMetricsToRetainV2 = new[] { new { metric = "aws:num-disconnects" } } });
    }

    private static IEnumerable<string> Describe(RegistryAccount account)
    {
        AccountState state = account.State;
        foreach ((string name, ProfileResource profile) in state.Profiles.After(null))
        {
            string? metric = profile.Profile.Behaviors.FirstOrDefault(behavior => behavior.Name == "custom")?.Metric.Name;
            string? dimension = profile.Profile.Behaviors.FirstOrDefault(behavior => behavior.Name == "narrowed")?.MetricDimension!.DimensionName;
            yield return $"{name} v{profile.Version} {metric} {dimension} on {string.Join(' ', profile.Targets)}";
        }

        foreach (string metric in (string[])["m1", "m2", "aws:num-disconnects"])
            yield return $"{metric}: {string.Join(' ', SecurityProfiles.List(state, null, metric, null))}";
        yield return $"d1: {string.Join(' ', SecurityProfiles.List(state, null, null, "d1"))}";
        foreach (string target in (string[])["all/things", "all/registered-things", .. state.ThingGroups.After(null).Select(group => $"thinggroup/{group.Key}")])
            yield return $"{target}: {string.Join(' ', SecurityProfiles.ListForTarget(state, account.Arns.Of(target), recursive: true).Select(mapping => mapping.Profile))}";
    }

    // Behaviors hold the very metrics that reports are read by, and profiles apply where they are attached.
    private static void CheckRules(ControlPlane control)
    {
        ProfileDefinitions definitions = control.Rules.Definitions;
        ThingProfiles applying = control.Rules.For("unknown");
        Assert.Equal(SecurityProfiles.ListForTarget(control.State, "arn:aws:iot:x:000000000000:all/things", false).Select(mapping => mapping.Profile), applying.Profiles.Select(profile => profile.Name));
        Assert.All(control.State.Profiles.All.SelectMany(profile => profile.Profile.Behaviors), behavior =>
            Assert.True(definitions.Metrics.TryGet(behavior.Metric.Name, out var metric) && ReferenceEquals(metric, behavior.Metric)));
    }

    private static ControlError? Try(Action change)
    {
        try
        {
            change();
            return null;
        }
        catch (ControlException refusal)
        {
            return refusal.Error;
        }
    }
}
