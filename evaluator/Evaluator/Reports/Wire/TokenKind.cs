namespace Defender.Evaluator.Reports.Wire;

/// <summary>What a report is made of, in either encoding.</summary>
internal enum TokenKind : byte
{
    /// <summary>An object (CBOR: map) begins.</summary>
    Object,

    /// <summary>The innermost open object ends.</summary>
    EndObject,

    /// <summary>A list (CBOR: array) begins.</summary>
    List,

    /// <summary>The innermost open list ends.</summary>
    EndList,

    /// <summary>The name of a member; its value follows.</summary>
    Name,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True.</summary>
    True,

    /// <summary>False.</summary>
    False,

    /// <summary>Null.</summary>
    Null,

    /// <summary>The payload held one value and nothing behind it.</summary>
    End,

    /// <summary>The payload is not well-formed; nothing can be read behind this.</summary>
    Fault,
}
