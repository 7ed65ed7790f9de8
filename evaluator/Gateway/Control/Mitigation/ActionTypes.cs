using System.Collections.Immutable;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>AWS's types of mitigation actions.</summary>
internal static class ActionTypes
{
    public const string UpdateDeviceCertificate = "UPDATE_DEVICE_CERTIFICATE";
    public const string UpdateCACertificate = "UPDATE_CA_CERTIFICATE";
    public const string AddThingsToThingGroup = "ADD_THINGS_TO_THING_GROUP";
    public const string ReplaceDefaultPolicyVersion = "REPLACE_DEFAULT_POLICY_VERSION";
    public const string EnableIoTLogging = "ENABLE_IOT_LOGGING";
    public const string PublishFindingToSns = "PUBLISH_FINDING_TO_SNS";

    /// <summary>The members of MitigationActionParams, of which an action has one, and the types that they make.</summary>
    public static ImmutableArray<(string Member, string Type)> ByMember { get; } =
    [
        ("updateDeviceCertificateParams", UpdateDeviceCertificate),
        ("updateCACertificateParams", UpdateCACertificate),
        ("addThingsToThingGroupParams", AddThingsToThingGroup),
        ("replaceDefaultPolicyVersionParams", ReplaceDefaultPolicyVersion),
        ("enableIoTLoggingParams", EnableIoTLogging),
        ("publishFindingToSnsParams", PublishFindingToSns),
    ];
}
