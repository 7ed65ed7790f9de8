using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Defender.Agent.Linux.Configuration;

/// <summary>
/// Reads a configuration file into nodes. Strict JSON, as the AWS IoT Device Client reads it (RFC 8259): no comments, no
/// trailing commas; a name that stands twice in one object is a mistake, as nobody could say which of the two counts.
/// </summary>
internal sealed class ConfigurationParser
{
    /// <summary>Far more than a configuration with a hundred metrics takes.</summary>
    public const int MaxBytes = 256 * 1024;

    // Our own deepest value is custom-metrics.NAME.command[i], the Device Client's samples.pub-sub.enabled.
    private const int MaxDepth = 16;

    private readonly string _file;
    private readonly List<ConfigurationMistake> _mistakes;
    private int _line = 1;
    private int _counted;

    private ConfigurationParser(string file, List<ConfigurationMistake> mistakes)
    {
        _file = file;
        _mistakes = mistakes;
    }

    /// <summary>Reads the whole file.</summary>
    /// <returns>The root object; null when it cannot be read, which is then among the mistakes.</returns>
    public static ConfigurationNode? Parse(string file, ReadOnlySpan<byte> json, List<ConfigurationMistake> mistakes)
    {
        if (json.StartsWith("\uFEFF"u8))
            json = json[3..];

        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            ConfigurationParser parser = new(file, mistakes);
            reader.Read();
            ConfigurationNode root = parser.Value(ref reader, json, "");

            // Throws where something stands behind the object.
            reader.Read();
            if (root.Kind == NodeKind.Object)
                return root;
            mistakes.Add(new ConfigurationMistake($"{file}:{root.Line}", $"a configuration is one JSON object, not {root.KindText}"));
        }
        catch (JsonException failure)
        {
            mistakes.Add(new ConfigurationMistake($"{file}:{(failure.LineNumber ?? 0) + 1}", $"not JSON: {Reason(failure, json)}"));
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for text that is no UTF-8.
            mistakes.Add(new ConfigurationMistake(file, "not JSON: a text is not UTF-8"));
        }

        return null;
    }

    private ConfigurationNode Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path)
    {
        int line = LineOf(reader.TokenStartIndex, json);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ConfigurationNode node = new(NodeKind.Object, line);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    Member(ref reader, json, path, node);
                return node;
            case JsonTokenType.StartArray:
                ConfigurationNode list = new(NodeKind.List, line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Items.Add(Value(ref reader, json, path));
                return list;
            case JsonTokenType.String:
                return new ConfigurationNode(NodeKind.Text, line, reader.GetString()!);
            case JsonTokenType.Number:
                return new ConfigurationNode(NodeKind.Number, line, System.Text.Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new ConfigurationNode(NodeKind.Boolean, line, "true");
            case JsonTokenType.False:
                return new ConfigurationNode(NodeKind.Boolean, line, "false");
            default:
                return new ConfigurationNode(NodeKind.Null, line);
        }
    }

    private void Member(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path, ConfigurationNode node)
    {
        int line = LineOf(reader.TokenStartIndex, json);
        string name = reader.GetString()!;
        string inner = path.Length == 0 ? name : $"{path}.{name}";
        reader.Read();
        ConfigurationMember member = new(name, line, Value(ref reader, json, inner));
        int first = node.Members.FindIndex(other => other.Name == name);
        if (first < 0)
            node.Members.Add(member);
        else
            _mistakes.Add(new ConfigurationMistake($"{_file}:{line}", $"{inner} stands twice, first on line {node.Members[first].Line}"));
    }

    // Tokens come in the order of the file, so that each line is counted once.
    private int LineOf(long start, ReadOnlySpan<byte> json)
    {
        for (; _counted < start; _counted++)
        {
            if (json[_counted] == (byte)'\n')
                _line++;
        }

        return _line;
    }

    // Said in our own words: a size-optimised build leaves the texts of the framework out.
    private static string Reason(JsonException failure, ReadOnlySpan<byte> json)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            return "the file is empty";

        ReadOnlySpan<byte> rest = json;
        for (long line = failure.LineNumber ?? 0; line > 0 && rest.IndexOf((byte)'\n') is >= 0 and int end; line--)
            rest = rest[(end + 1)..];
        long position = failure.BytePositionInLine ?? 0;
        if (position >= rest.Length)
            return "the file ends too early";

        char letter = (char)rest[(int)position];
        string shown = letter is > ' ' and < '\x7F' ? $"'{letter}'" : $"byte 0x{(int)letter:X2}";
        string comment = letter is '/' or '#' ? "; JSON has no comments" : "";
        return $"unexpected {shown} at byte {position + 1} of the line{comment}";
    }
}
