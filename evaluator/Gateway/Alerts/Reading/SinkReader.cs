using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Evaluator.Profiles.Reading;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Mqtt;
using Defender.Mqtt;

namespace Defender.Gateway.Alerts.Reading;

/// <summary>Reads one sink of the configuration.</summary>
internal static class SinkReader
{
    private static readonly string[] Types = ["mqtt", "webhook", "command", "file"];
    private static readonly string[] CommonKeys = ["type", "messagesPerMinute", "burst", "maxWaiting"];

    /// <summary>Reads a sink; null when something is wrong that nothing can stand in for. All mistakes are noted.</summary>
    public static SinkOptions? Read(string topicArn, ConfigurationNode node, string folder)
    {
        if (!node.IsObject || node.Text("type") is not { } type)
            return null;
        SinkOptions? sink = type switch
        {
            "mqtt" => ReadMqtt(topicArn, node),
            "webhook" => WebhookReader.Read(topicArn, node, folder),
            "command" => ReadCommand(topicArn, node),
            "file" => ReadFile(topicArn, node, folder),
            _ => null,
        };
        if (!Types.Contains(type))
            node.Member("type").Mistake($"should be one of {string.Join(", ", Types)}. {NearestName.DidYouMean(type, Types)}".TrimEnd());
        else
            node.RefuseUnknown([.. CommonKeys, .. KeysOf(type)]);
        int rate = (int)node.Number("messagesPerMinute", 1, 6000, 60);
        int burst = (int)node.Number("burst", 1, 1000, 20);
        int maxWaiting = (int)node.Number("maxWaiting", 1, 1_000_000, 10_000);
        return sink is null ? null : sink with { MessagesPerMinute = rate, Burst = burst, MaxWaiting = maxWaiting };
    }

    /// <summary>The full path of a file that the configuration names.</summary>
    public static string Resolve(string folder, string path) => Path.GetFullPath(path, folder);

    private static string[] KeysOf(string type) => type switch
    {
        "mqtt" => ["topic", "qos"],
        "webhook" => ["url", "secret", "secretFile", "headers", "allowPrivateAddresses"],
        "command" => ["command", "timeoutSeconds"],
        _ => ["path", "maxBytes"],
    };

    private static MqttSinkOptions? ReadMqtt(string topicArn, ConfigurationNode node)
    {
        var qos = (MqttQoS)node.Number("qos", 0, 1, 1);
        if (node.Text("topic") is not { } topic)
            return null;
        if (!OutgoingTopic.IsAllowed(topic, out string? reason))
            node.Member("topic").Mistake(reason);
        return new MqttSinkOptions(topicArn, topic) { QoS = qos };
    }

    private static CommandSinkOptions? ReadCommand(string topicArn, ConfigurationNode node)
    {
        long seconds = node.Number("timeoutSeconds", 1, 300, 30);
        List<string> command = node.Texts("command");
        if (command.Count == 0)
            return null;
        if (!Path.IsPathFullyQualified(command[0]))
            node.Member("command").Mistake("should begin with an absolute path; no shell is asked");
        else if (!File.Exists(command[0]))
            node.Member("command").Mistake($"names a program that is not there: {command[0]}");
        if (command.Any(argument => argument.Contains('\0', StringComparison.Ordinal)))
            node.Member("command").Mistake("should not hold U+0000");
        return new CommandSinkOptions(topicArn, [.. command]) { Timeout = TimeSpan.FromSeconds(seconds) };
    }

    private static FileSinkOptions? ReadFile(string topicArn, ConfigurationNode node, string folder)
    {
        long maxBytes = node.Number("maxBytes", 64 * 1024, 1L << 40, 10 * 1024 * 1024);
        if (node.Text("path") is not { } path)
            return null;
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            node.Member("path").Mistake("should not hold U+0000");
            return null;
        }

        string full = Resolve(folder, path);
        if (Directory.Exists(full))
            node.Member("path").Mistake($"is a directory: {full}");
        else if (!Directory.Exists(Path.GetDirectoryName(full)))
            node.Member("path").Mistake($"is in a directory that does not exist: {Path.GetDirectoryName(full)}");
        return new FileSinkOptions(topicArn, full) { MaxBytes = maxBytes };
    }
}
