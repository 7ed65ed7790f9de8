using System;
using System.Linq;
using System.Text;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Gateway.Policies.Reading;

/// <summary>Reads the actions of a statement.</summary>
internal static class PolicyActions
{
    // IAM: the names of actions do not depend on case; a Deny that is written otherwise must not be lost.
    private static readonly (string Name, byte[] Lower, PolicyOperations Operation)[] Known =
    [
        .. new[]
        {
            ("iot:Connect", PolicyOperations.Connect),
            ("iot:Publish", PolicyOperations.Publish),
            ("iot:RetainPublish", PolicyOperations.RetainPublish),
            ("iot:Subscribe", PolicyOperations.Subscribe),
            ("iot:Receive", PolicyOperations.Receive),
        }.Select(action => (action.Item1, Lower(action.Item1), action.Item2)),
    ];

    /// <summary>
    /// The operations that an action with or without wildcards covers. None, without a mistake, for actions on jobs, shadows and
    /// other services, which an MQTT endpoint is never asked for.
    /// </summary>
    /// <param name="action">As in <c>iot:Publish</c>, <c>iot:*</c> or <c>*</c>.</param>
    /// <param name="mistake">What is wrong, to follow the action's place.</param>
    public static PolicyOperations Read(string action, out string? mistake)
    {
        mistake = null;
        byte[] pattern = Lower(action);
        pattern.AsSpan().Replace((byte)'*', BytePattern.AnyText);
        pattern.AsSpan().Replace((byte)'?', BytePattern.AnyCharacter);
        var wanted = new BytePattern(pattern);
        PolicyOperations operations = PolicyOperations.None;
        foreach ((_, byte[] lower, PolicyOperations operation) in Known)
        {
            if (wanted.Matches(lower))
                operations |= operation;
        }

        if (operations != PolicyOperations.None)
            return operations;
        if (!IsAction(action))
            mistake = "should be an action like iot:Publish, iot:* or *";
        else if (NearestName.DidYouMean(action, Known.Select(known => known.Name)) is { } hint)
            mistake = $"is no action of AWS IoT. {hint}";
        return PolicyOperations.None;
    }

    private static bool IsAction(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1
            && text[..colon].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && text[(colon + 1)..].All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '?');
    }

    private static byte[] Lower(string text) => Encoding.UTF8.GetBytes(text.ToLowerInvariant());
}
