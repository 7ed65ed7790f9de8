using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Dimensions.</summary>
internal static class DimensionOperations
{
    public static Operation CreateDimension { get; } = Operation.Post(
        "CreateDimension", "/dimensions/{name}",
        [InternalFailure, InvalidRequest, LimitExceeded, ResourceAlreadyExists, Throttling],
        Path("name", ResourceName),
        Body("type", StringShape.Enum("TOPIC_FILTER"), required: true),
        Body("stringValues", new ListShape(new StringShape { Min = 1, Max = 256 }) { Min = 1, Max = 100 }, required: true),
        Body("tags", TagList),
        Body("clientRequestToken", ClientRequestToken, required: true));

    public static Operation UpdateDimension { get; } = Operation.Patch(
        "UpdateDimension", "/dimensions/{name}",
        [InternalFailure, InvalidRequest, ResourceNotFound, Throttling],
        Path("name", ResourceName),
        Body("stringValues", new ListShape(new StringShape { Min = 1, Max = 256 }) { Min = 1, Max = 100 }, required: true));

    public static Operation DescribeDimension { get; } = Operation.Get(
        "DescribeDimension", "/dimensions/{name}",
        [InternalFailure, InvalidRequest, ResourceNotFound, Throttling],
        Path("name", ResourceName));

    public static Operation DeleteDimension { get; } = Operation.Delete(
        "DeleteDimension", "/dimensions/{name}",
        [InternalFailure, InvalidRequest, Throttling],
        Path("name", ResourceName));

    public static Operation ListDimensions { get; } = Operation.Get(
        "ListDimensions", "/dimensions",
        [InternalFailure, InvalidRequest, Throttling],
        NextToken,
        MaxResults);

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateDimension,
        UpdateDimension,
        DescribeDimension,
        DeleteDimension,
        ListDimensions,
    ];
}
