using System;
using System.Linq;

namespace Defender.Gateway.Policies.Reading;

/// <summary>Reads a resource of a statement: <c>*</c> or an ARN of AWS IoT.</summary>
internal static class PolicyResource
{
    private const string Expected = "should be * or an ARN like arn:aws:iot:us-east-1:123456789012:topic/NAME, of a client, topic or topicfilter";

    /// <summary>Reads a resource; null, with the mistake that follows its place, when it is none.</summary>
    /// <remarks>Region and account may be any, as in the API: scripts written for AWS need no change.</remarks>
    public static ResourcePattern? Read(string text, out string? mistake)
    {
        if (text == "*")
            return ResourcePattern.Read(text, out mistake);
        string[] parts = text.Split(':', 6);
        if (parts is not ["arn", var partition, "iot", var region, var account, { Length: > 0 } resource]
            || !partition.StartsWith("aws", StringComparison.Ordinal)
            || !IsName(partition) || !IsName(region) || !IsName(account))
        {
            mistake = Expected;
            return null;
        }

        return ResourcePattern.Read(resource, out mistake);
    }

    // A wildcard, or a variable like ${AWS::Region} that some tool has yet to replace: the one is anything, the other no name.
    private static bool IsName(string text) => text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '*' or '?');
}
