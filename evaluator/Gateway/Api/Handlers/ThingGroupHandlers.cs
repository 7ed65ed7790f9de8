using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on thing groups.</summary>
internal sealed class ThingGroupHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(ThingGroupOperations.CreateThingGroup, Create)
        .Add(ThingGroupOperations.UpdateThingGroup, Update)
        .Add(ThingGroupOperations.DescribeThingGroup, Describe)
        .Add(ThingGroupOperations.DeleteThingGroup, Delete)
        .Add(ThingGroupOperations.ListThingGroups, List)
        .Add(ThingGroupOperations.AddThingToThingGroup, AddThing)
        .Add(ThingGroupOperations.RemoveThingFromThingGroup, RemoveThing)
        .Add(ThingGroupOperations.UpdateThingGroupsForThing, UpdateForThing)
        .Add(ThingGroupOperations.ListThingsInThingGroup, ListThings)
        .Add(ThingGroupOperations.ListThingGroupsForThing, ListForThing);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        OperationInput? properties = call.Input.StructureOrNull("thingGroupProperties");
        ThingGroupResource group = control.Change(draft => ThingGroups.Create(
            draft,
            name,
            call.Input.StringOrNull("parentGroupName"),
            properties?.StringOrNull("thingGroupDescription"),
            AttributesOf(properties),
            call.Tags()));
        call.Answer.WriteString("thingGroupName", name);
        call.Answer.WriteString("thingGroupArn", ArnOf(name));
        call.Answer.WriteString("thingGroupId", group.ThingGroupId);
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        OperationInput properties = call.Input.StructureOrNull("thingGroupProperties")!;
        call.Answer.WriteNumber("version", control.Change(draft => ThingGroups.Update(
            draft,
            NameOf(call),
            properties.StringOrNull("thingGroupDescription"),
            AttributesOf(properties),
            properties.StructureOrNull("attributePayload")?.Boolean("merge", false) ?? false,
            call.Input.Int64OrNull("expectedVersion"))));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        AccountState state = control.State;
        string name = NameOf(call);
        ThingGroupResource group = ThingGroups.Get(state, name);
        Utf8JsonWriter answer = call.Answer;
        answer.WriteString("thingGroupName", name);
        answer.WriteString("thingGroupId", group.ThingGroupId);
        answer.WriteString("thingGroupArn", ArnOf(name));
        answer.WriteNumber("version", group.Version);
        answer.WriteStartObject("thingGroupProperties");
        answer.WriteOptional("thingGroupDescription", group.Description);
        if (group.Attributes.Count > 0)
        {
            answer.WriteStartObject("attributePayload");
            answer.WriteMap("attributes", group.Attributes);
            answer.WriteEndObject();
        }

        answer.WriteEndObject();
        answer.WriteStartObject("thingGroupMetadata");
        answer.WriteOptional("parentGroupName", group.ParentGroupName);
        answer.WriteStartArray("rootToParentThingGroups");
        foreach (string ancestor in ThingGroups.Ancestors(state, name))
            WriteNameAndArn(answer, ancestor);
        answer.WriteEndArray();
        answer.WriteTimestamp("creationDate", group.CreatedAt);
        answer.WriteEndObject();
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => ThingGroups.Delete(draft, NameOf(call), call.Input.Int64OrNull("expectedVersion")));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        string? parent = call.Input.StringOrNull("parentGroup");
        // Without a parent AWS lists all groups unless it is told not to.
        bool isRecursive = call.Input.Boolean("recursive", parent is null);
        call.WritePage(
            "thingGroups",
            after => ThingGroups.List(state, after, parent, isRecursive, call.Input.StringOrNull("namePrefixFilter")),
            name => name,
            WriteNameAndArn);
        return ValueTask.CompletedTask;
    }

    private ValueTask AddThing(OperationCall call)
    {
        (string group, string thing) = (GroupOf(call.Input), ThingOf(call.Input));
        control.Change(draft => ThingGroups.AddThing(draft, group, thing));
        return ValueTask.CompletedTask;
    }

    private ValueTask RemoveThing(OperationCall call)
    {
        (string group, string thing) = (GroupOf(call.Input), ThingOf(call.Input));
        control.Change(draft => ThingGroups.RemoveThing(draft, group, thing));
        return ValueTask.CompletedTask;
    }

    private ValueTask UpdateForThing(OperationCall call)
    {
        string thing = call.Input.StringOrNull("thingName") ?? throw ControlException.Invalid("thingName is required");
        control.Change(draft =>
        {
            Things.Get(draft.State, thing);
            foreach (string group in call.Input.StringsOrEmpty("thingGroupsToRemove"))
                ThingGroups.RemoveThing(draft, group, thing);
            foreach (string group in call.Input.StringsOrEmpty("thingGroupsToAdd"))
                ThingGroups.AddThing(draft, group, thing);
        });
        return ValueTask.CompletedTask;
    }

    private ValueTask ListThings(OperationCall call)
    {
        AccountState state = control.State;
        bool isRecursive = call.Input.Boolean("recursive", false);
        call.WritePage(
            "things",
            after => ThingGroups.ListThings(state, after, NameOf(call), isRecursive),
            name => name,
            (answer, name) => answer.WriteStringValue(name));
        return ValueTask.CompletedTask;
    }

    private ValueTask ListForThing(OperationCall call)
    {
        ThingResource thing = Things.Get(control.State, call.Input.String("thingName"));
        call.WritePage(
            "thingGroups",
            after => thing.Groups.Where(group => after is null || string.CompareOrdinal(group, after) > 0),
            name => name,
            WriteNameAndArn);
        return ValueTask.CompletedTask;
    }

    private void WriteNameAndArn(Utf8JsonWriter answer, string name)
    {
        answer.WriteStartObject();
        answer.WriteString("groupName", name);
        answer.WriteString("groupArn", ArnOf(name));
        answer.WriteEndObject();
    }

    private string ArnOf(string name) => arns.Of(ThingGroups.ResourceOf(name));

    private static IReadOnlyDictionary<string, string>? AttributesOf(OperationInput? properties) =>
        properties?.StructureOrNull("attributePayload")?.StringMapOrNull("attributes");

    private static string GroupOf(OperationInput input) => Named(input, "thingGroupName", "thingGroupArn", Arns.ThingGroup);

    private static string ThingOf(OperationInput input) => Named(input, "thingName", "thingArn", Arns.Thing);

    // A name or an ARN; where both are given they have to agree.
    private static string Named(OperationInput input, string nameMember, string arnMember, string kind)
    {
        string? name = input.StringOrNull(nameMember);
        if (input.StringOrNull(arnMember) is not { } arn)
            return name ?? throw ControlException.Invalid($"{nameMember} or {arnMember} is required");
        if (!Arns.TryParse(arn, kind, out string? named))
            throw ControlException.Invalid($"{arnMember} {Printable.Shorten(arn)} is not the ARN of a {kind}");
        if (name is not null && name != named)
            throw ControlException.Invalid($"{nameMember} and {arnMember} name different ones");
        return named;
    }

    private static string NameOf(OperationCall call) => call.Input.String("thingGroupName");
}
