using System.Collections.Generic;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on thing types.</summary>
internal sealed class ThingTypeHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(ThingTypeOperations.CreateThingType, Create)
        .Add(ThingTypeOperations.DescribeThingType, Describe)
        .Add(ThingTypeOperations.DeprecateThingType, Deprecate)
        .Add(ThingTypeOperations.DeleteThingType, Delete)
        .Add(ThingTypeOperations.ListThingTypes, List);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        ThingTypeResource type = control.Change(draft => ThingTypes.Create(draft, name, call.Input.Element("thingTypeProperties"), call.Tags()));
        call.Answer.WriteString("thingTypeName", name);
        call.Answer.WriteString("thingTypeArn", arns.Of(ThingTypes.ResourceOf(name)));
        call.Answer.WriteString("thingTypeId", type.ThingTypeId);
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        string name = NameOf(call);
        ThingTypeResource type = ThingTypes.Get(control.State, name);
        call.Answer.WriteString("thingTypeId", type.ThingTypeId);
        WriteMembers(call.Answer, name, type);
        return ValueTask.CompletedTask;
    }

    private ValueTask Deprecate(OperationCall call)
    {
        control.Change(draft => ThingTypes.Deprecate(draft, NameOf(call), call.Input.Boolean("undoDeprecate", false)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => ThingTypes.Delete(draft, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        string? wanted = call.Input.StringOrNull("thingTypeName");
        call.WritePage(
            "thingTypes",
            after => wanted is null ? state.ThingTypes.After(after)
                : after is null && state.ThingTypes.TryGet(wanted, out ThingTypeResource? type) ? [KeyValuePair.Create(wanted, type)]
                : [],
            type => type.Key,
            (answer, type) =>
            {
                answer.WriteStartObject();
                WriteMembers(answer, type.Key, type.Value);
                answer.WriteEndObject();
            });
        return ValueTask.CompletedTask;
    }

    private void WriteMembers(Utf8JsonWriter answer, string name, ThingTypeResource type)
    {
        answer.WriteString("thingTypeName", name);
        answer.WriteString("thingTypeArn", arns.Of(ThingTypes.ResourceOf(name)));
        if (type.Properties is { } properties)
        {
            answer.WritePropertyName("thingTypeProperties");
            properties.WriteTo(answer);
        }

        answer.WriteStartObject("thingTypeMetadata");
        answer.WriteBoolean("deprecated", type.DeprecatedAt is not null);
        if (type.DeprecatedAt is { } deprecatedAt)
            answer.WriteTimestamp("deprecationDate", deprecatedAt);
        answer.WriteTimestamp("creationDate", type.CreatedAt);
        answer.WriteEndObject();
    }

    private static string NameOf(OperationCall call) => call.Input.String("thingTypeName");
}
