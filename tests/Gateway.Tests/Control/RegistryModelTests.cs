using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Tests.Api.Handlers;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Gateway.Tests.Control;

/// <summary>Random changes of the registry, done to an account and to a naive model of it.</summary>
public sealed class RegistryModelTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Fact]
    public void Account_and_model_agree_on_every_outcome_and_every_list()
    {
        HashSet<(string Verb, ControlError? Outcome)> seen = [];
        Arbitrary<RegistryStep[]> sequences = Arb.From(
            RegistryStep.Sequences(), steps => Enumerable.Range(0, steps.Length).Select(i => steps.Where((_, at) => at != i).ToArray()));
        Prop.ForAll(sequences, steps =>
        {
            using var account = new RegistryAccount();
            var api = new RegistryApi(account.Control, account.Arns);
            var model = new RegistryModel();
            foreach (RegistryStep step in steps)
            {
                ControlError? expected = model.Apply(step);
                seen.Add((step.Verb, expected));
                Assert.Equal(expected, Try(() => Apply(account, api, step)));
                Assert.Equal(model.Describe(), Describe(account.State));
            }
        }).Check(Often);

        // A generator that misses an outcome tests less than it says.
        (string, ControlError?)[] interesting =
        [
            ("create thing", ControlError.ResourceAlreadyExists),
            ("update thing", null), ("update thing", ControlError.VersionConflict), ("delete thing", null),
            ("create group", null), ("create group", ControlError.ResourceAlreadyExists), ("create group", ControlError.ResourceNotFound),
            ("update group", null), ("update group", ControlError.VersionConflict),
            ("delete group", null), ("delete group", ControlError.InvalidRequest), ("delete group", ControlError.VersionConflict),
            ("add", null), ("add", ControlError.InvalidRequest), ("add", ControlError.ResourceNotFound),
            ("move", null), ("move", ControlError.InvalidRequest), ("move", ControlError.ResourceNotFound), ("remove", null),
        ];
        Assert.Empty(interesting.Except(seen));
    }

    private static void Apply(RegistryAccount account, RegistryApi api, RegistryStep step)
    {
        switch (step.Verb)
        {
            case "create thing":
                account.Change(draft => Things.Create(draft, step.Thing, null, step.Attributes, null));
                break;
            case "update thing":
                account.Change(draft => Things.Update(draft, step.Thing, null, false, step.Attributes, step.Merges, step.Version));
                break;
            case "delete thing":
                account.Change(draft => Things.Delete(draft, step.Thing, step.Version));
                break;
            case "create group":
                account.Change(draft => ThingGroups.Create(draft, step.Group, step.Other, null, step.Attributes, RegistryAccount.NoTags));
                break;
            case "update group":
                account.Change(draft => ThingGroups.Update(draft, step.Group, null, step.Attributes, step.Merges, step.Version));
                break;
            case "delete group":
                account.Change(draft => ThingGroups.Delete(draft, step.Group, step.Version));
                break;
            case "add":
                account.Change(draft => ThingGroups.AddThing(draft, step.Group, step.Thing));
                break;
            case "remove":
                account.Change(draft => ThingGroups.RemoveThing(draft, step.Group, step.Thing));
                break;
            case "move":
                api.Call(
                    ThingGroupOperations.UpdateThingGroupsForThing,
                    new { thingName = step.Thing, thingGroupsToRemove = new[] { step.Group }, thingGroupsToAdd = new[] { step.Other ?? step.Group } });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step));
        }
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

    private static IEnumerable<string> Describe(AccountState state)
    {
        foreach ((string name, _) in Things.List(state, null, null, null, false, null))
        {
            var thing = Things.Get(state, name);
            yield return RegistryStep.Line("thing", name, thing.Version, thing.Attributes, [.. thing.Groups]);
        }

        foreach (string name in ThingGroups.List(state, null, null, isRecursive: true, null))
        {
            var group = ThingGroups.Get(state, name);
            yield return RegistryStep.Line("group", name, group.Version, group.Attributes, [.. ThingGroups.Ancestors(state, name)]);
            yield return RegistryStep.Line("children", name, ThingGroups.List(state, null, name, isRecursive: false, null));
            yield return RegistryStep.Line("below", name, ThingGroups.List(state, null, name, isRecursive: true, null));
            yield return RegistryStep.Line("members", name, ThingGroups.ListThings(state, null, name, isRecursive: false));
            yield return RegistryStep.Line("all members", name, ThingGroups.ListThings(state, null, name, isRecursive: true));
        }
    }
}
