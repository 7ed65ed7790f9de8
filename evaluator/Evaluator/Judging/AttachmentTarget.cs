namespace Defender.Evaluator.Judging;

/// <summary>What a security profile is attached to (AttachSecurityProfile.securityProfileTargetArn).</summary>
/// <param name="Kind">Which things.</param>
/// <param name="GroupName">The group's name for <see cref="AttachmentTargetKind.ThingGroup"/>; otherwise null.</param>
public readonly record struct AttachmentTarget(AttachmentTargetKind Kind, string? GroupName)
{
    /// <summary><c>:all/things</c>.</summary>
    public static AttachmentTarget AllThings { get; } = new(AttachmentTargetKind.AllThings, null);

    /// <summary><c>:all/registered-things</c>.</summary>
    public static AttachmentTarget RegisteredThings { get; } = new(AttachmentTargetKind.RegisteredThings, null);

    /// <summary><c>:all/unregistered-things</c>.</summary>
    public static AttachmentTarget UnregisteredThings { get; } = new(AttachmentTargetKind.UnregisteredThings, null);

    /// <summary><c>:thinggroup/{groupName}</c>: the members of the group and of the groups below it.</summary>
    public static AttachmentTarget ThingGroup(string groupName) => new(AttachmentTargetKind.ThingGroup, groupName);

    /// <summary>Whether a thing of this membership is meant.</summary>
    public bool Includes(ThingMembership membership) => Kind switch
    {
        AttachmentTargetKind.AllThings => true,
        AttachmentTargetKind.RegisteredThings => membership.IsRegistered,
        AttachmentTargetKind.UnregisteredThings => !membership.IsRegistered,
        _ => GroupName is not null && membership.Groups.Contains(GroupName),
    };
}

/// <summary>Kinds of <see cref="AttachmentTarget"/>.</summary>
public enum AttachmentTargetKind
{
    /// <summary>Every thing that reports or connects, registered or not.</summary>
    AllThings,

    /// <summary>Things of the registry.</summary>
    RegisteredThings,

    /// <summary>Clients that report or connect under a name that is not in the registry.</summary>
    UnregisteredThings,

    /// <summary>Things of one group.</summary>
    ThingGroup,
}
