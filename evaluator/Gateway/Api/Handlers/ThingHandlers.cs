using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Input;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on things.</summary>
internal sealed class ThingHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(ThingOperations.CreateThing, Create)
        .Add(ThingOperations.UpdateThing, Update)
        .Add(ThingOperations.DescribeThing, Describe)
        .Add(ThingOperations.DeleteThing, Delete)
        .Add(ThingOperations.ListThings, List);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        ThingResource thing = control.Change(draft => Things.Create(
            draft,
            name,
            call.Input.StringOrNull("thingTypeName"),
            call.Input.StructureOrNull("attributePayload")?.StringMapOrNull("attributes"),
            call.Input.StringOrNull("billingGroupName")));
        call.Answer.WriteString("thingName", name);
        call.Answer.WriteString("thingArn", arns.Of(Things.ResourceOf(name)));
        call.Answer.WriteString("thingId", thing.ThingId);
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        OperationInput? payload = call.Input.StructureOrNull("attributePayload");
        control.Change(draft => Things.Update(
            draft,
            NameOf(call),
            call.Input.StringOrNull("thingTypeName"),
            call.Input.Boolean("removeThingType", false),
            payload?.StringMapOrNull("attributes"),
            payload?.Boolean("merge", false) ?? false,
            call.Input.Int64OrNull("expectedVersion")));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        string name = NameOf(call);
        ThingResource thing = Things.Get(control.State, name);
        call.Answer.WriteString("defaultClientId", name);
        call.Answer.WriteString("thingId", thing.ThingId);
        call.Answer.WriteOptional("billingGroupName", thing.BillingGroupName);
        WriteMembers(call.Answer, name, thing);
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => Things.Delete(draft, NameOf(call), call.Input.Int64OrNull("expectedVersion")));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        OperationInput input = call.Input;
        call.WritePage(
            "things",
            after => Things.List(
                state,
                after,
                input.StringOrNull("attributeName"),
                input.StringOrNull("attributeValue"),
                input.Boolean("usePrefixAttributeValue", false),
                input.StringOrNull("thingTypeName")),
            thing => thing.Key,
            (answer, thing) =>
            {
                answer.WriteStartObject();
                WriteMembers(answer, thing.Key, thing.Value);
                answer.WriteEndObject();
            });
        return ValueTask.CompletedTask;
    }

    private void WriteMembers(Utf8JsonWriter answer, string name, ThingResource thing)
    {
        answer.WriteString("thingName", name);
        answer.WriteOptional("thingTypeName", thing.ThingTypeName);
        answer.WriteString("thingArn", arns.Of(Things.ResourceOf(name)));
        answer.WriteMap("attributes", thing.Attributes);
        answer.WriteNumber("version", thing.Version);
    }

    private static string NameOf(OperationCall call) => call.Input.String("thingName");
}
