using System.Collections.Generic;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on mitigation actions.</summary>
internal sealed class MitigationActionHandlers(ControlPlane control, Arns arns)
{
    // AWS: "The default is 25."
    private const int DefaultPageSize = 25;

    public void AddTo(OperationHandlers handlers) => handlers
        .Add(MitigationOperations.CreateMitigationAction, Create)
        .Add(MitigationOperations.UpdateMitigationAction, Update)
        .Add(MitigationOperations.DescribeMitigationAction, Describe)
        .Add(MitigationOperations.DeleteMitigationAction, Delete)
        .Add(MitigationOperations.ListMitigationActions, List);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        WriteIds(call.Answer, name, control.Change(draft => MitigationActions.Create(
            draft, name, call.Input.String("roleArn"), call.Input.Element("actionParams")!.Value, call.Tags())));
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        string name = NameOf(call);
        WriteIds(call.Answer, name, control.Change(draft => MitigationActions.Update(
            draft, name, call.Input.StringOrNull("roleArn"), call.Input.Element("actionParams"))));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        string name = NameOf(call);
        MitigationActionResource action = MitigationActions.Get(control.State, name);
        call.Answer.WriteString("actionName", name);
        call.Answer.WriteString("actionType", action.ActionType);
        WriteIds(call.Answer, name, action);
        call.Answer.WriteString("roleArn", action.RoleArn);
        call.Answer.WritePropertyName("actionParams");
        action.ActionParams.WriteTo(call.Answer);
        call.Answer.WriteTimestamp("creationDate", action.CreatedAt);
        call.Answer.WriteTimestamp("lastModifiedDate", action.ModifiedAt);
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => MitigationActions.Delete(draft, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        string? actionType = call.Input.StringOrNull("actionType");
        call.WritePage(
            "actionIdentifiers",
            after => MitigationActions.List(state, after, actionType),
            action => action.Key,
            WriteIdentifier,
            DefaultPageSize);
        return ValueTask.CompletedTask;
    }

    private void WriteIdentifier(Utf8JsonWriter answer, KeyValuePair<string, MitigationActionResource> action)
    {
        answer.WriteStartObject();
        answer.WriteString("actionName", action.Key);
        answer.WriteString("actionArn", arns.Of(MitigationActions.ResourceOf(action.Key)));
        answer.WriteTimestamp("creationDate", action.Value.CreatedAt);
        answer.WriteEndObject();
    }

    private void WriteIds(Utf8JsonWriter answer, string name, MitigationActionResource action)
    {
        answer.WriteString("actionArn", arns.Of(MitigationActions.ResourceOf(name)));
        answer.WriteString("actionId", action.ActionId);
    }

    private static string NameOf(OperationCall call) => call.Input.String("actionName");
}
