using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;
using static Defender.Gateway.Api.Shapes.StructureMember;

namespace Defender.Gateway.Api.Operations;

/// <summary>Thing types.</summary>
internal static class ThingTypeOperations
{
    private static readonly StructureShape PropagatingAttribute = new(
        Optional("userPropertyKey", new StringShape { Max = 128, Pattern = new ShapePattern(@"[a-zA-Z0-9:$.]+") }),
        Optional("thingAttribute", AttributeName),
        Optional("connectionAttribute", new StringShape { Max = 128, Pattern = new ShapePattern(@"[a-zA-Z0-9:.]+") }));

    private static readonly StructureShape Mqtt5Configuration = new(
        Optional("propagatingAttributes", new ListShape(PropagatingAttribute)));

    private static readonly StructureShape ThingTypeProperties = new(
        Optional("thingTypeDescription", Description),
        Optional("searchableAttributes", new ListShape(AttributeName)),
        Optional("mqtt5Configuration", Mqtt5Configuration));

    public static Operation CreateThingType { get; } = Operation.Post(
        "CreateThingType", "/thing-types/{thingTypeName}",
        [InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure, ResourceAlreadyExists],
        Path("thingTypeName", ResourceName),
        Body("thingTypeProperties", ThingTypeProperties),
        Body("tags", TagList));

    public static Operation DescribeThingType { get; } = Operation.Get(
        "DescribeThingType", "/thing-types/{thingTypeName}",
        [ResourceNotFound, InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        Path("thingTypeName", ResourceName));

    public static Operation DeprecateThingType { get; } = Operation.Post(
        "DeprecateThingType", "/thing-types/{thingTypeName}/deprecate",
        [ResourceNotFound, InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        Path("thingTypeName", ResourceName),
        Body("undoDeprecate", Flag));

    public static Operation DeleteThingType { get; } = Operation.Delete(
        "DeleteThingType", "/thing-types/{thingTypeName}",
        [ResourceNotFound, InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        Path("thingTypeName", ResourceName));

    public static Operation ListThingTypes { get; } = Operation.Get(
        "ListThingTypes", "/thing-types",
        [InvalidRequest, Throttling, Unauthorized, ServiceUnavailable, InternalFailure],
        NextToken,
        MaxResults,
        Query("thingTypeName", ResourceName));

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateThingType,
        DescribeThingType,
        DeprecateThingType,
        DeleteThingType,
        ListThingTypes,
    ];
}
