using System.Collections.Immutable;

namespace Defender.Gateway.Api.Operations;

/// <summary>Every operation that the API has.</summary>
internal static class OperationTable
{
    public static ImmutableArray<Operation> All { get; } =
    [
        .. SecurityProfileOperations.All,
        .. ViolationOperations.All,
        .. CustomMetricOperations.All,
        .. DimensionOperations.All,
        .. MitigationOperations.All,
        .. ThingOperations.All,
        .. ThingGroupOperations.All,
        .. ThingTypeOperations.All,
        .. EndpointOperations.All,
        .. TagOperations.All,
    ];
}
