using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on dimensions.</summary>
internal sealed class DimensionHandlers(ControlPlane control, Arns arns)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(DimensionOperations.CreateDimension, Create)
        .Add(DimensionOperations.UpdateDimension, Update)
        .Add(DimensionOperations.DescribeDimension, Describe)
        .Add(DimensionOperations.DeleteDimension, Delete)
        .Add(DimensionOperations.ListDimensions, List);

    private ValueTask Create(OperationCall call)
    {
        string name = NameOf(call);
        control.Change(draft => Dimensions.Create(
            draft, name, call.Input.StringsOrEmpty("stringValues"), call.Input.String("clientRequestToken"), call.Tags()));
        call.Answer.WriteString("name", name);
        call.Answer.WriteString("arn", arns.Of(Dimensions.ResourceOf(name)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Update(OperationCall call)
    {
        string name = NameOf(call);
        Write(call.Answer, name, control.Change(draft => Dimensions.Update(draft, name, call.Input.StringsOrEmpty("stringValues"))));
        return ValueTask.CompletedTask;
    }

    private ValueTask Describe(OperationCall call)
    {
        Write(call.Answer, NameOf(call), Dimensions.Get(control.State, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask Delete(OperationCall call)
    {
        control.Change(draft => Dimensions.Delete(draft, NameOf(call)));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        call.WritePage("dimensionNames", state.Dimensions.After, dimension => dimension.Key, (answer, dimension) => answer.WriteStringValue(dimension.Key));
        return ValueTask.CompletedTask;
    }

    private void Write(Utf8JsonWriter answer, string name, DimensionResource dimension)
    {
        answer.WriteString("name", name);
        answer.WriteString("arn", arns.Of(Dimensions.ResourceOf(name)));
        answer.WriteString("type", Dimensions.TopicFilter);
        answer.WriteStartArray("stringValues");
        foreach (string filter in dimension.StringValues)
            answer.WriteStringValue(filter);
        answer.WriteEndArray();
        answer.WriteTimestamp("creationDate", dimension.CreatedAt);
        answer.WriteTimestamp("lastModifiedDate", dimension.ModifiedAt);
    }

    private static string NameOf(OperationCall call) => call.Input.String("name");
}
