using System;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>A piece of a scenario file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Text">The word, or what stands between the quotes; else empty.</param>
internal readonly record struct Token(TokenKind Kind, int Start, string Text)
{
    /// <summary>The bytes of a JSON document.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    public bool IsName => Kind is TokenKind.Word or TokenKind.Quoted;

    public bool Is(string keyword) => Kind == TokenKind.Word && Text == keyword;

    /// <summary>For messages: what stands here.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.Word => $"'{Text}'",
        TokenKind.Quoted => "a quoted text",
        TokenKind.Comma => "a comma",
        TokenKind.Open => "'['",
        TokenKind.Close => "']'",
        TokenKind.Json => "a JSON document",
        TokenKind.EndOfLine => "the end of the line",
        _ => "the end of the file",
    };
}

/// <summary>Kinds of <see cref="Token"/>.</summary>
internal enum TokenKind
{
    /// <summary>Characters up to a blank, comma, bracket or quote.</summary>
    Word,

    /// <summary><c>"…"</c>: a name or text that is no word; never a keyword.</summary>
    Quoted,

    /// <summary>Between the members of a list.</summary>
    Comma,

    /// <summary>Opens a set.</summary>
    Open,

    /// <summary>Closes a set.</summary>
    Close,

    /// <summary>A JSON object, over as many lines as it takes.</summary>
    Json,

    /// <summary>Lines without anything are skipped.</summary>
    EndOfLine,

    /// <summary>After it there is nothing but itself.</summary>
    EndOfText,
}
