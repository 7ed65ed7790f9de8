using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// An account of 10,000 things in 100 groups of one hierarchy, 20 profiles on them, and some of everything else that can be
/// listed.
/// </summary>
internal static class SampleAccount
{
    public const int Things = 10_000;
    public const int Groups = 100;
    public const int Types = 10;
    public const int Tasks = 200;
    public const int ExecutionsOfTask = 50;
    public const int Few = 30;

    /// <summary>AWS: dimensions of an account.</summary>
    public const int Dimensions = 10;

    /// <summary>The group above all others; all things are in those.</summary>
    public const string RootGroup = "group-000";

    private const int GroupsOfProfile = 5;

    public static string Thing(int thing) => $"thing-{thing:D5}";

    public static string Group(int group) => $"group-{group:D3}";

    public static string Type(int type) => $"type-{type}";

    public static string Action(int action) => $"action-{action:D2}";

    public static string Task(int task) => $"task-{task:D3}";

    public static void Create(ControlPlane control) => control.Change(draft =>
    {
        AddRegistry(draft);
        AddDefinitions(draft);
        for (int profile = 0; profile < SampleProfiles.Count; profile++)
        {
            string name = SampleProfiles.Name(profile);
            SecurityProfiles.Create(draft, name, SampleProfiles.Document(profile));
            if (profile == 0)
                SecurityProfiles.AttachTo(draft, name, ProfileTarget.AllThings);
            else
                AttachToGroups(draft, name, profile);
        }

        AddMitigation(draft);
    });

    private static void AddRegistry(ControlDraft draft)
    {
        for (int type = 0; type < Types; type++)
            ThingTypes.Create(draft, Type(type), null, Tags(type));
        for (int group = 0; group < Groups; group++)
        {
            // Ten groups below the root, the others below those.
            string? parent = group switch { 0 => null, <= 10 => RootGroup, _ => Group(1 + group % 10) };
            ThingGroups.Create(draft, Group(group), parent, $"Group {group}", new Dictionary<string, string> { ["site"] = $"s{group % 7}" }, Tags(group));
        }

        for (int thing = 0; thing < Things; thing++)
        {
            var attributes = new Dictionary<string, string> { ["firmware"] = $"1.{thing % 40}.0", ["serial"] = $"SN{thing:D8}", ["site"] = $"s{thing % 7}" };
            Gateway.Control.Things.Create(draft, Thing(thing), Type(thing % Types), attributes, billingGroupName: null);
            ThingGroups.AddThing(draft, Group(1 + thing % (Groups - 1)), Thing(thing));
        }
    }

    private static void AddDefinitions(ControlDraft draft)
    {
        for (int i = 0; i < Few; i++)
        {
            CustomMetrics.Create(draft, $"metric-{i:D2}", "number", $"Metric {i}", clientRequestToken: null, Tags(i));
            if (i < Dimensions)
                Gateway.Control.Dimensions.Create(draft, $"dimension-{i:D2}", [$"plant/{i}/#"], clientRequestToken: null, Tags(i));
        }
    }

    private static void AttachToGroups(ControlDraft draft, string profile, int number)
    {
        for (int i = 0; i < GroupsOfProfile; i++)
            SecurityProfiles.AttachTo(draft, profile, ProfileTarget.Group(Group((number * GroupsOfProfile + i) % Groups)));
    }

    private static void AddMitigation(ControlDraft draft)
    {
        for (int action = 0; action < Few; action++)
        {
            JsonElement parameters = JsonElement.Parse(action % 2 == 0
                ? """{"publishFindingToSnsParams": {"topicArn": "arn:aws:sns:us-east-1:123456789012:findings"}}"""
                : """{"addThingsToThingGroupParams": {"thingGroupNames": ["group-099"]}}""");
            MitigationActions.Create(draft, Action(action), "arn:aws:iam::123456789012:role/mitigation", parameters, Tags(action));
        }

        for (int task = 0; task < Tasks; task++)
            AddTask(draft, task);
    }

    // As a task that has ended leaves it.
    private static void AddTask(ControlDraft draft, int task)
    {
        DateTimeOffset startedAt = draft.Now - TimeSpan.FromHours(Tasks - task);
        var action = new DetectTaskAction(Action(0), MitigationActions.Get(draft.State, Action(0)));
        var request = new DetectTaskRequest(null, SampleProfiles.Name(task % SampleProfiles.Count), null, [action.Name], null, null, null, null);
        draft.Put(ResourceKinds.DetectTask, Task(task), new DetectTaskResource(
            request, $"token-{task}", [action], TaskStatuses.Successful, startedAt, startedAt.AddSeconds(1), Executed: ExecutionsOfTask));
        for (int i = 0; i < ExecutionsOfTask; i++)
        {
            int violation = task * ExecutionsOfTask + i;
            draft.Put(ResourceKinds.DetectExecution, DetectExecutions.NameOf(Task(task), i), new DetectExecutionResource(
                Task(task), SampleViolations.Id(violation), action.Name, Thing(violation % Things), startedAt, startedAt.AddSeconds(1), TaskStatuses.Successful, null, null));
        }
    }

    private static KeyValuePair<string, string>[] Tags(int number) => [.. Enumerable.Range(0, 3).Select(i => KeyValuePair.Create($"key-{i}", $"value-{number}"))];
}
