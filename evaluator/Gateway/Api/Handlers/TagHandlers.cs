using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;

namespace Defender.Gateway.Api.Handlers;

/// <summary>Answers the operations on tags.</summary>
internal sealed class TagHandlers(ControlPlane control)
{
    public void AddTo(OperationHandlers handlers) => handlers
        .Add(TagOperations.TagResource, Tag)
        .Add(TagOperations.UntagResource, Untag)
        .Add(TagOperations.ListTagsForResource, List);

    private ValueTask Tag(OperationCall call)
    {
        control.Change(draft => ResourceTags.Add(draft, ResourceTags.Find(draft.State, ArnOf(call)), call.Tags()));
        return ValueTask.CompletedTask;
    }

    private ValueTask Untag(OperationCall call)
    {
        control.Change(draft => ResourceTags.Remove(draft, ResourceTags.Find(draft.State, ArnOf(call)), [.. call.Input.StringsOrEmpty("tagKeys")]));
        return ValueTask.CompletedTask;
    }

    private ValueTask List(OperationCall call)
    {
        AccountState state = control.State;
        string resource = ResourceTags.Find(state, ArnOf(call));
        call.WritePage(
            "tags",
            after => ResourceTags.Of(state, resource).Where(tag => after is null || string.CompareOrdinal(tag.Key, after) > 0),
            tag => tag.Key,
            (answer, tag) =>
            {
                answer.WriteStartObject();
                answer.WriteString("Key", tag.Key);
                answer.WriteString("Value", tag.Value);
                answer.WriteEndObject();
            });
        return ValueTask.CompletedTask;
    }

    private static string ArnOf(OperationCall call) => call.Input.String("resourceArn");
}
