using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Violations, metric values and the training of models.</summary>
internal static class ViolationOperations
{
    public static Operation ListActiveViolations { get; } = Operation.Get(
        "ListActiveViolations", "/active-violations",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Query("thingName", DeviceDefenderThingName),
        Query("securityProfileName", ResourceName),
        Query("behaviorCriteriaType", StringShape.Enum("STATIC", "STATISTICAL", "MACHINE_LEARNING")),
        Query("listSuppressedAlerts", Flag),
        Query("verificationState", VerificationState),
        NextToken,
        MaxResults);

    public static Operation ListViolationEvents { get; } = Operation.Get(
        "ListViolationEvents", "/violation-events",
        [InvalidRequest, Throttling, InternalFailure],
        Query("startTime", Timestamp, required: true),
        Query("endTime", Timestamp, required: true),
        Query("thingName", DeviceDefenderThingName),
        Query("securityProfileName", ResourceName),
        Query("behaviorCriteriaType", StringShape.Enum("STATIC", "STATISTICAL", "MACHINE_LEARNING")),
        Query("listSuppressedAlerts", Flag),
        Query("verificationState", VerificationState),
        NextToken,
        MaxResults);

    public static Operation PutVerificationStateOnViolation { get; } = Operation.Post(
        "PutVerificationStateOnViolation", "/violations/verification-state/{violationId}",
        [InvalidRequest, Throttling, InternalFailure],
        Path("violationId", ViolationId),
        Body("verificationState", VerificationState, required: true),
        Body("verificationStateDescription", new StringShape { Max = 1000, Pattern = new ShapePattern(@"[^\p{Cntrl}]*") }));

    public static Operation ListMetricValues { get; } = Operation.Get(
        "ListMetricValues", "/metric-values",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Query("thingName", DeviceDefenderThingName, required: true),
        Query("metricName", AnyText, required: true),
        Query("dimensionName", ResourceName),
        Query("dimensionValueOperator", StringShape.Enum("IN", "NOT_IN")),
        Query("startTime", Timestamp, required: true),
        Query("endTime", Timestamp, required: true),
        MaxResults,
        NextToken);

    public static Operation GetBehaviorModelTrainingSummaries { get; } = Operation.Get(
        "GetBehaviorModelTrainingSummaries", "/behavior-model-training/summaries",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        Query("securityProfileName", ResourceName),
        Query("maxResults", IntegerShape.Int32(1, 10)),
        NextToken);

    public static ImmutableArray<Operation> All { get; } =
    [
        ListActiveViolations,
        ListViolationEvents,
        PutVerificationStateOnViolation,
        ListMetricValues,
        GetBehaviorModelTrainingSummaries,
    ];
}
