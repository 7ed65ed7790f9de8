using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;

namespace Defender.Gateway.Api.Operations;

/// <summary>Where the service is found.</summary>
internal static class EndpointOperations
{
    public static Operation DescribeEndpoint { get; } = Operation.Get(
        "DescribeEndpoint", "/endpoint",
        [InternalFailure, InvalidRequest, Unauthorized, Throttling],
        Query("endpointType", new StringShape { Max = 128, Pattern = new ShapePattern(@"[\s\S]*") }));

    public static ImmutableArray<Operation> All { get; } =
    [
        DescribeEndpoint,
    ];
}
