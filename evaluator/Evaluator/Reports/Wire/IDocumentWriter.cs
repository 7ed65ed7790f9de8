using System;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>Writes a document of objects, lists, strings and integers; its caller keeps the order of calls and the counts.</summary>
internal interface IDocumentWriter
{
    /// <summary>Begins an object of this many members.</summary>
    void BeginObject(int members);

    void EndObject();

    /// <summary>Begins a list of this many items.</summary>
    void BeginList(int items);

    void EndList();

    /// <summary>The name of a member: ASCII without quotes and backslashes.</summary>
    void Name(ReadOnlySpan<byte> name);

    /// <summary>A string in well-formed UTF-8.</summary>
    void Text(ReadOnlySpan<byte> utf8);

    void Integer(long value);
}
