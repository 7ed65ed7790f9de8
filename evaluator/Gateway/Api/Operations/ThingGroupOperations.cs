using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;
using static Defender.Gateway.Api.Shapes.StructureMember;

namespace Defender.Gateway.Api.Operations;

/// <summary>Thing groups and who is in them.</summary>
internal static class ThingGroupOperations
{
    private static readonly StructureShape ThingGroupProperties = new(
        Optional("thingGroupDescription", Description),
        Optional("attributePayload", AttributePayload));

    public static Operation CreateThingGroup { get; } = Operation.Post(
        "CreateThingGroup", "/thing-groups/{thingGroupName}",
        [InvalidRequest, ResourceAlreadyExists, Throttling, InternalFailure],
        Path("thingGroupName", ResourceName),
        Body("parentGroupName", ResourceName),
        Body("thingGroupProperties", ThingGroupProperties),
        Body("tags", TagList));

    public static Operation UpdateThingGroup { get; } = Operation.Patch(
        "UpdateThingGroup", "/thing-groups/{thingGroupName}",
        [InvalidRequest, VersionConflict, Throttling, InternalFailure, ResourceNotFound],
        Path("thingGroupName", ResourceName),
        Body("thingGroupProperties", ThingGroupProperties, required: true),
        Body("expectedVersion", Version));

    public static Operation DescribeThingGroup { get; } = Operation.Get(
        "DescribeThingGroup", "/thing-groups/{thingGroupName}",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Path("thingGroupName", ResourceName));

    public static Operation DeleteThingGroup { get; } = Operation.Delete(
        "DeleteThingGroup", "/thing-groups/{thingGroupName}",
        [InvalidRequest, VersionConflict, Throttling, InternalFailure],
        Path("thingGroupName", ResourceName),
        Query("expectedVersion", Version));

    public static Operation ListThingGroups { get; } = Operation.Get(
        "ListThingGroups", "/thing-groups",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling],
        NextToken,
        MaxResults,
        Query("parentGroup", ResourceName),
        Query("namePrefixFilter", ResourceName),
        Query("recursive", Flag));

    public static Operation AddThingToThingGroup { get; } = Operation.Put(
        "AddThingToThingGroup", "/thing-groups/addThingToThingGroup",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Body("thingGroupName", ResourceName),
        Body("thingGroupArn", AnyText),
        Body("thingName", ResourceName),
        Body("thingArn", AnyText),
        Body("overrideDynamicGroups", Flag));

    public static Operation RemoveThingFromThingGroup { get; } = Operation.Put(
        "RemoveThingFromThingGroup", "/thing-groups/removeThingFromThingGroup",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Body("thingGroupName", ResourceName),
        Body("thingGroupArn", AnyText),
        Body("thingName", ResourceName),
        Body("thingArn", AnyText));

    public static Operation UpdateThingGroupsForThing { get; } = Operation.Put(
        "UpdateThingGroupsForThing", "/thing-groups/updateThingGroupsForThing",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Body("thingName", ResourceName),
        Body("thingGroupsToAdd", new ListShape(ResourceName)),
        Body("thingGroupsToRemove", new ListShape(ResourceName)),
        Body("overrideDynamicGroups", Flag));

    public static Operation ListThingsInThingGroup { get; } = Operation.Get(
        "ListThingsInThingGroup", "/thing-groups/{thingGroupName}/things",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling],
        Path("thingGroupName", ResourceName),
        Query("recursive", Flag),
        NextToken,
        MaxResults);

    public static Operation ListThingGroupsForThing { get; } = Operation.Get(
        "ListThingGroupsForThing", "/things/{thingName}/thing-groups",
        [InvalidRequest, InternalFailure, ResourceNotFound, Throttling],
        Path("thingName", ResourceName),
        NextToken,
        MaxResults);

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateThingGroup,
        UpdateThingGroup,
        DescribeThingGroup,
        DeleteThingGroup,
        ListThingGroups,
        AddThingToThingGroup,
        RemoveThingFromThingGroup,
        UpdateThingGroupsForThing,
        ListThingsInThingGroup,
        ListThingGroupsForThing,
    ];
}
