using System.Collections.Immutable;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Things of the registry.</summary>
internal static class ThingOperations
{
    public static Operation CreateThing { get; } = Operation.Post(
        "CreateThing", "/things/{thingName}",
        [InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure, ResourceAlreadyExists, ResourceNotFound],
        Path("thingName", ResourceName),
        Body("thingTypeName", ResourceName),
        Body("attributePayload", AttributePayload),
        Body("billingGroupName", ResourceName));

    public static Operation UpdateThing { get; } = Operation.Patch(
        "UpdateThing", "/things/{thingName}",
        [InvalidRequest, VersionConflict, Throttling, Unauthorized, ServiceUnavailable, InternalFailure, ResourceNotFound],
        Path("thingName", ResourceName),
        Body("thingTypeName", ResourceName),
        Body("attributePayload", AttributePayload),
        Body("expectedVersion", Version),
        Body("removeThingType", Flag));

    public static Operation DescribeThing { get; } = Operation.Get(
        "DescribeThing", "/things/{thingName}",
        [ResourceNotFound, InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        Path("thingName", ResourceName));

    public static Operation DeleteThing { get; } = Operation.Delete(
        "DeleteThing", "/things/{thingName}",
        [ResourceNotFound, VersionConflict, InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        Path("thingName", ResourceName),
        Query("expectedVersion", Version));

    public static Operation ListThings { get; } = Operation.Get(
        "ListThings", "/things",
        [InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        NextToken,
        MaxResults,
        Query("attributeName", AttributeName),
        Query("attributeValue", AttributeValue),
        Query("thingTypeName", ResourceName),
        Query("usePrefixAttributeValue", Flag));

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateThing,
        UpdateThing,
        DescribeThing,
        DeleteThing,
        ListThings,
    ];
}
