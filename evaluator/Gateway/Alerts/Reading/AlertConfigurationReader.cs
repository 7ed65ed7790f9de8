using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Alerts.Reading;

/// <summary>Reads the file that says which sink stands for which SNS topic: docs/alerts.md.</summary>
internal static class AlertConfigurationReader
{
    private const int MaxFileBytes = 1024 * 1024;
    private const int MaxSinks = 256;
    private const int MaxMistakes = 50;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the file and those that it names.</summary>
    /// <exception cref="StartupException">It cannot be read or has mistakes; the message names each.</exception>
    public static AlertConfiguration Load(string file)
    {
        if (!InputFile.TryRead(file, MaxFileBytes, out byte[]? content, out string? reason))
            throw new StartupException($"cannot read {file}: {reason}");
        var mistakes = new List<string>();
        ImmutableArray<SinkOptions> sinks = Read(content, FolderOf(file), mistakes);
        if (mistakes.Count > 0)
            throw new StartupException(Describe(file, mistakes));
        return new AlertConfiguration(sinks);
    }

    private static ImmutableArray<SinkOptions> Read(byte[] content, string folder, List<string> mistakes)
    {
        if (content.Length > MaxFileBytes)
        {
            mistakes.Add($"document: should have at most {MaxFileBytes} bytes");
            return [];
        }

        try
        {
            ReadOnlyMemory<byte> json = content.AsSpan().StartsWith(ByteOrderMark) ? content.AsMemory(ByteOrderMark.Length) : content;
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            return ReadSinks(new ConfigurationNode(document.RootElement, "", mistakes), folder);
        }
        catch (JsonException error)
        {
            mistakes.Add($"document: is not JSON: {Printable.Escape(error.Message)}");
            return [];
        }
    }

    private static ImmutableArray<SinkOptions> ReadSinks(ConfigurationNode root, string folder)
    {
        if (!root.IsObject)
            return [];
        root.RefuseUnknown("sinks");
        ConfigurationNode list = root.Member("sinks");
        if (!list.IsObject)
            return [];
        var sinks = ImmutableArray.CreateBuilder<SinkOptions>();
        var files = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string topicArn, ConfigurationNode node) in list.Members(inBrackets: true))
        {
            if (!IsTopicArn(topicArn))
                node.Mistake("should be named by the ARN of an SNS topic, as in arn:aws:sns:us-east-1:123456789012:alerts");
            if (SinkReader.Read(topicArn, node, folder) is not { } sink)
                continue;
            if (sink is FileSinkOptions file && !files.Add(file.Path))
                node.Member("path").Mistake($"is the file of another sink: {file.Path}");
            sinks.Add(sink);
        }

        if (sinks.Count > MaxSinks)
            list.Mistake($"should have at most {MaxSinks} members");
        return sinks.ToImmutable();
    }

    private static bool IsTopicArn(string text)
    {
        string[] parts = text.Split(':');
        return parts.Length == 6 && parts[0] == "arn" && parts[1].StartsWith("aws", StringComparison.Ordinal) && parts[2] == "sns"
            && parts[4].Length > 0 && parts[5].Length > 0;
    }

    // What the file names is found from where it lies, wherever the gateway is started.
    private static string FolderOf(string file) =>
        file == InputFile.StandardInput ? Directory.GetCurrentDirectory() : Path.GetDirectoryName(Path.GetFullPath(file))!;

    private static string Describe(string file, List<string> mistakes)
    {
        string title = mistakes.Count == 1 ? "1 mistake" : $"{mistakes.Count} mistakes";
        string rest = mistakes.Count > MaxMistakes ? $"\n  and {mistakes.Count - MaxMistakes} more" : "";
        return $"{file}: {title}{string.Concat(mistakes.Take(MaxMistakes).Select(mistake => $"\n  {mistake}"))}{rest}";
    }
}
