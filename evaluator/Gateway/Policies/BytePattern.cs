using System;
using System.Buffers;

namespace Defender.Gateway.Policies;

/// <summary>A text with wildcards, matched against UTF-8 byte by byte: nothing is decoded, interpreted or allocated.</summary>
/// <remarks>
/// CVE-2026-44838: no regular expression is built from what a client sends. The wildcards are bytes that no UTF-8 has, so no
/// value of a variable can hold one (CVE-2017-7650).
/// </remarks>
internal readonly struct BytePattern
{
    /// <summary>Any number of characters, <c>/</c> among them: AWS's <c>*</c>.</summary>
    public const byte AnyText = 0xFF;

    /// <summary>One character: AWS's <c>?</c>.</summary>
    public const byte AnyCharacter = 0xFE;

    private static readonly SearchValues<byte> Wildcards = SearchValues.Create([AnyText, AnyCharacter]);

    private readonly byte[] _pattern;
    private readonly int _literalLength;

    /// <summary>Makes a pattern.</summary>
    /// <param name="pattern">UTF-8 with wildcards.</param>
    public BytePattern(ReadOnlySpan<byte> pattern)
    {
        _pattern = pattern.ToArray();
        int wildcard = pattern.IndexOfAny(Wildcards);
        _literalLength = wildcard < 0 ? pattern.Length : wildcard;
    }

    /// <summary>
    /// Whether a valid UTF-8 text is of this form. Literals and prefixes are one comparison; at worst the time grows with the
    /// product of both lengths, never beyond.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> pattern = _pattern;
        if (!text.StartsWith(pattern[.._literalLength]))
            return false;
        pattern = pattern[_literalLength..];
        text = text[_literalLength..];
        if (pattern.IsEmpty)
            return text.IsEmpty;
        return pattern is [AnyText] || MatchesWildcards(pattern, text);
    }

    // Only the last AnyText ever takes more: what the earlier ones took leaves the most of the text to those after them.
    private static bool MatchesWildcards(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text)
    {
        int at = 0, afterAnyText = -1, position = 0, taken = 0;
        while (position < text.Length)
        {
            if (at < pattern.Length && pattern[at] == AnyText)
            {
                afterAnyText = ++at;
                taken = position;
            }
            else if (at < pattern.Length && pattern[at] == AnyCharacter)
            {
                at++;
                position += CharacterLength(text[position..]);
            }
            else if (at < pattern.Length && pattern[at] == text[position])
            {
                at++;
                position++;
            }
            else if (afterAnyText >= 0)
            {
                at = afterAnyText;
                taken += CharacterLength(text[taken..]);
                position = taken;
            }
            else
            {
                return false;
            }
        }

        return !pattern[at..].ContainsAnyExcept(AnyText);
    }

    private static int CharacterLength(ReadOnlySpan<byte> utf8)
    {
        int length = 1;
        while (length < utf8.Length && (utf8[length] & 0xC0) == 0x80)
            length++;
        return length;
    }
}
