namespace Defender.Agent.Linux.JsonSyntax;

/// <summary>What stands next in a JSON document.</summary>
internal enum JsonToken
{
    /// <summary>No JSON: <see cref="JsonReader.Position"/> is at the byte that may not stand there, or at the end.</summary>
    Error,

    /// <summary>The document is over.</summary>
    End,
    ObjectStart,
    ObjectEnd,
    ListStart,
    ListEnd,

    /// <summary>The name of a member; its value is next.</summary>
    Name,
    Text,
    Number,
    True,
    False,
    Null,
}
