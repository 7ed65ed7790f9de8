using System.Collections.Generic;

namespace Defender.Agent.Linux.Configuration;

/// <summary>A value of a configuration file, with the line it begins on.</summary>
/// <param name="kind">What JSON says it is.</param>
/// <param name="line">From 1.</param>
/// <param name="text">Of a text its content, of a number or a boolean what stands in the file; else empty.</param>
internal sealed class ConfigurationNode(NodeKind kind, int line, string text = "")
{
    public NodeKind Kind { get; } = kind;

    public int Line { get; } = line;

    public string Text { get; } = text;

    /// <summary>Of an object, in the order of the file.</summary>
    public List<ConfigurationMember> Members { get; } = [];

    /// <summary>Of a list.</summary>
    public List<ConfigurationNode> Items { get; } = [];

    /// <summary>How a message calls it.</summary>
    public string KindText => Kind switch
    {
        NodeKind.Object => "an object",
        NodeKind.List => "a list",
        NodeKind.Text => "a text",
        NodeKind.Number => "a number",
        NodeKind.Boolean => "true or false",
        _ => "null",
    };
}
