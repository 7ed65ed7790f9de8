using System;
using System.Collections.Generic;
using Defender.Agent.Linux.JsonSyntax;

namespace Defender.Agent.Linux.Configuration;

/// <summary>
/// Reads a configuration file into nodes. Strict JSON, as the AWS IoT Device Client reads it (RFC 8259): no comments, no
/// trailing commas; a name that stands twice in one object is a mistake, as nobody could say which of the two counts.
/// </summary>
internal sealed class ConfigurationParser
{
    /// <summary>Far more than a configuration with a hundred metrics takes.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly string _file;
    private readonly List<ConfigurationMistake> _mistakes;
    private int _line = 1;
    private int _counted;
    private bool _hasBrokenText;

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

        JsonReader reader = new(json);
        ConfigurationParser parser = new(file, mistakes);
        ConfigurationNode? root = parser.Value(ref reader, json, reader.Read(), "");
        if (root is null || reader.Read() != JsonToken.End)
        {
            mistakes.Add(parser._hasBrokenText
                ? new ConfigurationMistake(file, "not JSON: a text is not UTF-8")
                : new ConfigurationMistake($"{file}:{1 + json[..reader.Position].Count((byte)'\n')}", $"not JSON: {Reason(reader.Position, json)}"));
        }
        else if (root.Kind == NodeKind.Object)
        {
            return root;
        }
        else
        {
            mistakes.Add(new ConfigurationMistake($"{file}:{root.Line}", $"a configuration is one JSON object, not {root.KindText}"));
        }

        return null;
    }

    // The value whose first token was read last; null where the document is no JSON.
    private ConfigurationNode? Value(ref JsonReader reader, ReadOnlySpan<byte> json, JsonToken token, string path)
    {
        int line = LineOf(reader.Start, json);
        switch (token)
        {
            case JsonToken.ObjectStart:
                ConfigurationNode node = new(NodeKind.Object, line);
                while ((token = reader.Read()) == JsonToken.Name)
                {
                    if (!TryMember(ref reader, json, path, node))
                        return null;
                }

                return token == JsonToken.ObjectEnd ? node : null;
            case JsonToken.ListStart:
                ConfigurationNode list = new(NodeKind.List, line);
                while ((token = reader.Read()) != JsonToken.ListEnd)
                {
                    if (Value(ref reader, json, token, path) is not { } item)
                        return null;
                    list.Items.Add(item);
                }

                return list;
            case JsonToken.Text:
                return TryText(ref reader, out string text) ? new ConfigurationNode(NodeKind.Text, line, text) : null;
            case JsonToken.Number:
                return TryText(ref reader, out string digits) ? new ConfigurationNode(NodeKind.Number, line, digits) : null;
            case JsonToken.True:
                return new ConfigurationNode(NodeKind.Boolean, line, "true");
            case JsonToken.False:
                return new ConfigurationNode(NodeKind.Boolean, line, "false");
            case JsonToken.Null:
                return new ConfigurationNode(NodeKind.Null, line);
            default:
                return null;
        }
    }

    private bool TryText(ref JsonReader reader, out string text)
    {
        _hasBrokenText = !reader.TryText(out text);
        return !_hasBrokenText;
    }

    private bool TryMember(ref JsonReader reader, ReadOnlySpan<byte> json, string path, ConfigurationNode node)
    {
        int line = LineOf(reader.Start, json);
        if (!TryText(ref reader, out string name))
            return false;
        string inner = path.Length == 0 ? name : $"{path}.{name}";
        if (Value(ref reader, json, reader.Read(), inner) is not { } value)
            return false;

        int first = node.Members.FindIndex(other => other.Name == name);
        if (first < 0)
            node.Members.Add(new ConfigurationMember(name, line, value));
        else
            _mistakes.Add(new ConfigurationMistake($"{_file}:{line}", $"{inner} stands twice, first on line {node.Members[first].Line}"));
        return true;
    }

    // Tokens come in the order of the file, so that each line is counted once.
    private int LineOf(int start, ReadOnlySpan<byte> json)
    {
        for (; _counted < start; _counted++)
        {
            if (json[_counted] == (byte)'\n')
                _line++;
        }

        return _line;
    }

    private static string Reason(int position, ReadOnlySpan<byte> json)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            return "the file is empty";
        if (position >= json.Length)
            return "the file ends too early";

        char letter = (char)json[position];
        string shown = letter is > ' ' and < '\x7F' ? $"'{letter}'" : $"byte 0x{(int)letter:X2}";
        string comment = letter is '/' or '#' ? "; JSON has no comments" : "";
        return $"unexpected {shown} at byte {position - json[..position].LastIndexOf((byte)'\n')} of the line{comment}";
    }
}
