using System;
using System.Diagnostics.CodeAnalysis;
using Defender.Evaluator.Judging;

namespace Defender.Gateway.Control;

/// <summary>The resources that security profiles are attached to: <c>all/things</c> and its kin, and thing groups.</summary>
internal static class ProfileTarget
{
    public const string AllThings = "all/things";
    public const string RegisteredThings = "all/registered-things";
    public const string UnregisteredThings = "all/unregistered-things";

    private const string GroupPrefix = Arns.ThingGroup + "/";

    /// <summary>The target for a group.</summary>
    public static string Group(string name) => GroupPrefix + name;

    /// <summary>Whether a target is a group, and which.</summary>
    public static bool TryGetGroup(string target, [NotNullWhen(true)] out string? name)
    {
        name = target.StartsWith(GroupPrefix, StringComparison.Ordinal) && target.Length > GroupPrefix.Length ? target[GroupPrefix.Length..] : null;
        return name is not null;
    }

    /// <summary>The target that an ARN names.</summary>
    /// <exception cref="ControlException">It names something that no profile can be attached to.</exception>
    public static string Parse(string arn)
    {
        if (!Arns.TryParse(arn, out string? resource)
            || !(resource is AllThings or RegisteredThings or UnregisteredThings || TryGetGroup(resource, out _)))
            throw ControlException.Invalid($"securityProfileTargetArn {Printable.Shorten(arn)} is not the ARN of a thing group, {AllThings}, {RegisteredThings} or {UnregisteredThings}");
        return resource;
    }

    public static AttachmentTarget ToAttachment(string target) => target switch
    {
        AllThings => AttachmentTarget.AllThings,
        RegisteredThings => AttachmentTarget.RegisteredThings,
        UnregisteredThings => AttachmentTarget.UnregisteredThings,
        _ when TryGetGroup(target, out string? group) => AttachmentTarget.ThingGroup(group),
        _ => throw new InvalidOperationException($"a target {target} was kept"),
    };
}
