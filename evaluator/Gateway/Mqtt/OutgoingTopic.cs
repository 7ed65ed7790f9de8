using System;
using System.Diagnostics.CodeAnalysis;
using Defender.Mqtt.Topics;

namespace Defender.Gateway.Mqtt;

/// <summary>Topics that the gateway may be told to publish to.</summary>
internal static class OutgoingTopic
{
    // AWS: reserved for devices and the answers to them.
    private const string DevicePrefix = "$aws/things/";

    /// <summary>Whether a topic may be published to; not those of reports and their answers, which nobody else may give.</summary>
    public static bool IsAllowed(string topic, [NotNullWhen(false)] out string? reason)
    {
        reason = null;
        if (!TopicName.IsValid(topic))
            reason = "should be an MQTT topic without wildcards";
        else if (topic.StartsWith(DevicePrefix, StringComparison.Ordinal))
            reason = $"should not start with {DevicePrefix}, which devices and the answers to them use";
        return reason is null;
    }
}
