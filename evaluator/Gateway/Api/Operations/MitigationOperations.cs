using System.Collections.Immutable;
using Defender.Gateway.Api.Shapes;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;
using static Defender.Gateway.Api.Shapes.StructureMember;

namespace Defender.Gateway.Api.Operations;

/// <summary>Mitigation actions and the tasks that run them.</summary>
internal static class MitigationOperations
{
    private static readonly StringShape ActionType = StringShape.Enum(
        "UPDATE_DEVICE_CERTIFICATE",
        "UPDATE_CA_CERTIFICATE",
        "ADD_THINGS_TO_THING_GROUP",
        "REPLACE_DEFAULT_POLICY_VERSION",
        "ENABLE_IOT_LOGGING",
        "PUBLISH_FINDING_TO_SNS");

    private static readonly StructureShape UpdateDeviceCertificateParams = new(
        Required("action", StringShape.Enum("DEACTIVATE")));

    private static readonly StructureShape UpdateCACertificateParams = new(
        Required("action", StringShape.Enum("DEACTIVATE")));

    private static readonly StructureShape AddThingsToThingGroupParams = new(
        Required("thingGroupNames", new ListShape(ResourceName) { Min = 1, Max = 10 }),
        Optional("overrideDynamicGroups", Flag));

    private static readonly StructureShape ReplaceDefaultPolicyVersionParams = new(
        Required("templateName", StringShape.Enum("BLANK_POLICY")));

    private static readonly StructureShape EnableIoTLoggingParams = new(
        Required("roleArnForLogging", RoleArn),
        Required("logLevel", StringShape.Enum("DEBUG", "INFO", "ERROR", "WARN", "DISABLED")));

    private static readonly StructureShape PublishFindingToSnsParams = new(
        Required("topicArn", new StringShape { Max = 350 }));

    private static readonly StructureShape MitigationActionParams = new(
        Optional("updateDeviceCertificateParams", UpdateDeviceCertificateParams),
        Optional("updateCACertificateParams", UpdateCACertificateParams),
        Optional("addThingsToThingGroupParams", AddThingsToThingGroupParams),
        Optional("replaceDefaultPolicyVersionParams", ReplaceDefaultPolicyVersionParams),
        Optional("enableIoTLoggingParams", EnableIoTLoggingParams),
        Optional("publishFindingToSnsParams", PublishFindingToSnsParams));

    private static readonly StructureShape DetectMitigationActionsTaskTarget = new(
        Optional("violationIds", new ListShape(ViolationId) { Min = 1, Max = 25 }),
        Optional("securityProfileName", ResourceName),
        Optional("behaviorName", ResourceName));

    private static readonly StructureShape ViolationEventOccurrenceRange = new(
        Required("startTime", Timestamp),
        Required("endTime", Timestamp));

    public static Operation CreateMitigationAction { get; } = Operation.Post(
        "CreateMitigationAction", "/mitigationactions/actions/{actionName}",
        [InvalidRequest, ResourceAlreadyExists, LimitExceeded, Throttling, InternalFailure],
        Path("actionName", MitigationActionName),
        Body("roleArn", RoleArn, required: true),
        Body("actionParams", MitigationActionParams, required: true),
        Body("tags", TagList));

    public static Operation UpdateMitigationAction { get; } = Operation.Patch(
        "UpdateMitigationAction", "/mitigationactions/actions/{actionName}",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("actionName", MitigationActionName),
        Body("roleArn", RoleArn),
        Body("actionParams", MitigationActionParams));

    public static Operation DescribeMitigationAction { get; } = Operation.Get(
        "DescribeMitigationAction", "/mitigationactions/actions/{actionName}",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("actionName", MitigationActionName));

    public static Operation DeleteMitigationAction { get; } = Operation.Delete(
        "DeleteMitigationAction", "/mitigationactions/actions/{actionName}",
        [InvalidRequest, Throttling, InternalFailure],
        Path("actionName", MitigationActionName));

    public static Operation ListMitigationActions { get; } = Operation.Get(
        "ListMitigationActions", "/mitigationactions/actions",
        [InvalidRequest, Throttling, InternalFailure],
        Query("actionType", ActionType),
        MaxResults,
        NextToken);

    public static Operation StartDetectMitigationActionsTask { get; } = Operation.Put(
        "StartDetectMitigationActionsTask", "/detect/mitigationactions/tasks/{taskId}",
        [InvalidRequest, TaskAlreadyExists, LimitExceeded, Throttling, InternalFailure],
        Path("taskId", TaskId),
        Body("target", DetectMitigationActionsTaskTarget, required: true),
        Body("actions", new ListShape(MitigationActionName) { Min = 1, Max = 5 }, required: true),
        Body("violationEventOccurrenceRange", ViolationEventOccurrenceRange),
        Body("includeOnlyActiveViolations", Flag),
        Body("includeSuppressedAlerts", Flag),
        Body("clientRequestToken", ClientRequestToken, required: true));

    public static Operation CancelDetectMitigationActionsTask { get; } = Operation.Put(
        "CancelDetectMitigationActionsTask", "/detect/mitigationactions/tasks/{taskId}/cancel",
        [ResourceNotFound, InvalidRequest, Throttling, InternalFailure],
        Path("taskId", TaskId));

    public static Operation DescribeDetectMitigationActionsTask { get; } = Operation.Get(
        "DescribeDetectMitigationActionsTask", "/detect/mitigationactions/tasks/{taskId}",
        [ResourceNotFound, InvalidRequest, Throttling, InternalFailure],
        Path("taskId", TaskId));

    public static Operation ListDetectMitigationActionsTasks { get; } = Operation.Get(
        "ListDetectMitigationActionsTasks", "/detect/mitigationactions/tasks",
        [InvalidRequest, Throttling, InternalFailure],
        MaxResults,
        NextToken,
        Query("startTime", Timestamp, required: true),
        Query("endTime", Timestamp, required: true));

    public static Operation ListDetectMitigationActionsExecutions { get; } = Operation.Get(
        "ListDetectMitigationActionsExecutions", "/detect/mitigationactions/executions",
        [InvalidRequest, Throttling, InternalFailure],
        Query("taskId", TaskId),
        Query("violationId", ViolationId),
        Query("thingName", DeviceDefenderThingName),
        Query("startTime", Timestamp),
        Query("endTime", Timestamp),
        MaxResults,
        NextToken);

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateMitigationAction,
        UpdateMitigationAction,
        DescribeMitigationAction,
        DeleteMitigationAction,
        ListMitigationActions,
        StartDetectMitigationActionsTask,
        CancelDetectMitigationActionsTask,
        DescribeDetectMitigationActionsTask,
        ListDetectMitigationActionsTasks,
        ListDetectMitigationActionsExecutions,
    ];
}
