namespace Defender.Agent.Linux.Configuration;

/// <summary>The kinds of JSON values.</summary>
internal enum NodeKind
{
    Object,
    List,
    Text,
    Number,
    Boolean,
    Null,
}
