using System.Collections.Immutable;
using static Defender.Gateway.Api.ApiError;
using static Defender.Gateway.Api.Operations.InputMember;
using static Defender.Gateway.Api.Operations.InputShapes;

namespace Defender.Gateway.Api.Operations;

/// <summary>Security profiles and what they are attached to.</summary>
internal static class SecurityProfileOperations
{
    public static Operation CreateSecurityProfile { get; } = Operation.Post(
        "CreateSecurityProfile", "/security-profiles/{securityProfileName}",
        [InvalidRequest, ResourceAlreadyExists, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName),
        Body("securityProfileDescription", DocumentText),
        Body("behaviors", DocumentList),
        Body("alertTargets", DocumentObject),
        Body("additionalMetricsToRetain", DocumentList),
        Body("additionalMetricsToRetainV2", DocumentList),
        Body("tags", DocumentList),
        Body("metricsExportConfig", DocumentObject));

    public static Operation UpdateSecurityProfile { get; } = Operation.Patch(
        "UpdateSecurityProfile", "/security-profiles/{securityProfileName}",
        [InvalidRequest, ResourceNotFound, VersionConflict, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName),
        Body("securityProfileDescription", DocumentText),
        Body("behaviors", DocumentList),
        Body("alertTargets", DocumentObject),
        Body("additionalMetricsToRetain", DocumentList),
        Body("additionalMetricsToRetainV2", DocumentList),
        Body("deleteBehaviors", Flag),
        Body("deleteAlertTargets", Flag),
        Body("deleteAdditionalMetricsToRetain", Flag),
        Query("expectedVersion", Version),
        Body("metricsExportConfig", DocumentObject),
        Body("deleteMetricsExportConfig", Flag));

    public static Operation DescribeSecurityProfile { get; } = Operation.Get(
        "DescribeSecurityProfile", "/security-profiles/{securityProfileName}",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName));

    public static Operation DeleteSecurityProfile { get; } = Operation.Delete(
        "DeleteSecurityProfile", "/security-profiles/{securityProfileName}",
        [InvalidRequest, Throttling, InternalFailure, VersionConflict],
        Path("securityProfileName", ResourceName),
        Query("expectedVersion", Version));

    public static Operation ListSecurityProfiles { get; } = Operation.Get(
        "ListSecurityProfiles", "/security-profiles",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        NextToken,
        MaxResults,
        Query("dimensionName", ResourceName),
        Query("metricName", ResourceName));

    public static Operation AttachSecurityProfile { get; } = Operation.Put(
        "AttachSecurityProfile", "/security-profiles/{securityProfileName}/targets",
        [InvalidRequest, ResourceNotFound, LimitExceeded, VersionConflict, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName),
        Query("securityProfileTargetArn", AnyText, required: true));

    public static Operation DetachSecurityProfile { get; } = Operation.Delete(
        "DetachSecurityProfile", "/security-profiles/{securityProfileName}/targets",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName),
        Query("securityProfileTargetArn", AnyText, required: true));

    public static Operation ListTargetsForSecurityProfile { get; } = Operation.Get(
        "ListTargetsForSecurityProfile", "/security-profiles/{securityProfileName}/targets",
        [InvalidRequest, ResourceNotFound, Throttling, InternalFailure],
        Path("securityProfileName", ResourceName),
        NextToken,
        MaxResults);

    public static Operation ListSecurityProfilesForTarget { get; } = Operation.Get(
        "ListSecurityProfilesForTarget", "/security-profiles-for-target",
        [InvalidRequest, Throttling, InternalFailure, ResourceNotFound],
        NextToken,
        MaxResults,
        Query("recursive", Flag),
        Query("securityProfileTargetArn", AnyText, required: true));

    public static Operation ValidateSecurityProfileBehaviors { get; } = Operation.Post(
        "ValidateSecurityProfileBehaviors", "/security-profile-behaviors/validate",
        [InvalidRequest, Throttling, InternalFailure],
        Body("behaviors", DocumentList, required: true)) with { IsReadOnly = true };

    public static ImmutableArray<Operation> All { get; } =
    [
        CreateSecurityProfile,
        UpdateSecurityProfile,
        DescribeSecurityProfile,
        DeleteSecurityProfile,
        ListSecurityProfiles,
        AttachSecurityProfile,
        DetachSecurityProfile,
        ListTargetsForSecurityProfile,
        ListSecurityProfilesForTarget,
        ValidateSecurityProfileBehaviors,
    ];
}
