using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Custom metrics.</summary>
internal static class CustomMetricOperations
{
    public static Operation CreateCustomMetric { get; } = Operation.Post(
        "CreateCustomMetric", "/custom-metric/{metricName}",
        [InvalidRequest, LimitExceeded, ResourceAlreadyExists, Throttling, InternalFailure],
        Path("metricName", ResourceName),
        Body("displayName", new StringShape { Max = 128, Pattern = Line }),
        Body("metricType", StringShape.Enum("string-list", "ip-address-list", "number-list", "number"), required: true),
        Body("tags", TagList),
        Body("clientRequestToken", ClientRequestToken, required: true));

    public static Operation UpdateCustomMetric { get; } = Operation.Patch(
        "UpdateCustomMetric", "/custom-metric/{metricName}",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("metricName", ResourceName),
        Body("displayName", new StringShape { Max = 128, Pattern = Line }, required: true));

    public static Operation DescribeCustomMetric { get; } = Operation.Get(
        "DescribeCustomMetric", "/custom-metric/{metricName}",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("metricName", ResourceName));

    public static Operation DeleteCustomMetric { get; } = Operation.Delete(
        "DeleteCustomMetric", "/custom-metric/{metricName}",
        [InvalidRequest, Throttling, InternalFailure],
        Path("metricName", ResourceName));

    public static Operation ListCustomMetrics { get; } = Operation.Get(
        "ListCustomMetrics", "/custom-metrics",
        [InvalidRequest, Throttling, InternalFailure],
        NextToken,
        MaxResults);

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateCustomMetric,
        UpdateCustomMetric,
        DescribeCustomMetric,
        DeleteCustomMetric,
        ListCustomMetrics,
    ];
}
