using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Tags of resources.</summary>
internal static class TagOperations
{
    public static Operation TagResource { get; } = Operation.Post(
        "TagResource", "/tags",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling, LimitExceeded],
        Body("resourceArn", AnyText, required: true),
        Body("tags", TagList, required: true));

    public static Operation UntagResource { get; } = Operation.Post(
        "UntagResource", "/untag",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling],
        Body("resourceArn", AnyText, required: true),
        Body("tagKeys", new ListShape(TagKey), required: true));

    public static Operation ListTagsForResource { get; } = Operation.Get(
        "ListTagsForResource", "/tags",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling],
        Query("resourceArn", AnyText, required: true),
        NextToken);

    public static ImmutableArray<Operation> All { get; } =
    [
        TagResource,
        UntagResource,
        ListTagsForResource,
    ];
}
