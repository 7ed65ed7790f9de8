using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace Defender.Gateway.Policies;

/// <summary>
/// A resource of a statement without its ARN's head, like <c>topic/$aws/things/${iot:ClientId}/*</c>: texts, wildcards and variables.
/// </summary>
internal sealed class ResourcePattern
{
    private readonly ImmutableArray<Piece> _pieces;

    private ResourcePattern(ImmutableArray<Piece> pieces) => _pieces = pieces;

    /// <summary>Whether it means something else for another client.</summary>
    public bool HasVariables => _pieces.Any(piece => piece.Variable is not null);

    /// <summary>Reads the part of a resource that follows the account.</summary>
    /// <param name="text">The part.</param>
    /// <param name="mistake">What is wrong, to follow the resource's place.</param>
    public static ResourcePattern? Read(string text, out string? mistake)
    {
        mistake = null;
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        var literal = new ArrayBufferWriter<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
            {
                int end = text.IndexOf('}', i);
                string name = end < 0 ? "" : text[(i + 2)..end];
                // AWS: the three characters that mean something else in a policy.
                if (name is "*" or "?" or "$")
                {
                    literal.Write([(byte)name[0]]);
                }
                else if (PolicyVariable.TryParse(name, out PolicyVariable? variable))
                {
                    Flush();
                    pieces.Add(new Piece([], variable));
                }
                else
                {
                    mistake = end < 0 ? "holds ${ without }" : $"holds ${{{name}}}, which is no variable that has a value here";
                    return null;
                }

                i = end;
            }
            else if (text[i] is '*' or '?')
            {
                literal.Write([text[i] == '*' ? BytePattern.AnyText : BytePattern.AnyCharacter]);
            }
            else
            {
                int length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                literal.Write(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
        }

        Flush();
        return new ResourcePattern(pieces.ToImmutable());

        void Flush()
        {
            if (literal.WrittenCount > 0)
                pieces.Add(new Piece(literal.WrittenSpan.ToArray(), null));
            literal.ResetWrittenCount();
        }
    }

    /// <summary>Puts the values in.</summary>
    /// <param name="variables">The values, each taken literally.</param>
    /// <param name="isFilter">Whether it is compared with topic filters.</param>
    /// <param name="widens">What happens where a variable has no value: true puts <c>*</c>, false gives up.</param>
    /// <returns>UTF-8 with wildcards; null when a value is missing.</returns>
    public byte[]? Resolve(PolicyVariables variables, bool isFilter, bool widens)
    {
        var pattern = new ArrayBufferWriter<byte>();
        foreach (Piece piece in _pieces)
        {
            if (piece.Variable is null)
                pattern.Write(piece.Literal);
            else if (variables.Find(piece.Variable) is { } value && !(isFilter && HoldsFilterWildcard(value)))
                pattern.Write(Encoding.UTF8.GetBytes(value));
            else if (widens)
                pattern.Write([BytePattern.AnyText]);
            else
                return null;
        }

        return pattern.WrittenSpan.ToArray();
    }

    /// <summary>What is left of a pattern for the texts that start with a prefix: several patterns where a wildcard can end in the prefix.</summary>
    /// <param name="pattern">UTF-8 with wildcards.</param>
    /// <param name="prefix">In ASCII.</param>
    public static IEnumerable<BytePattern> After(byte[] pattern, string prefix)
    {
        var places = new SortedSet<int> { 0 };
        foreach (char character in prefix)
        {
            var next = new SortedSet<int>();
            foreach (int place in places)
                Step(pattern, place, (byte)character, next);
            places = next;
        }

        return places.Select(place => new BytePattern(pattern.AsSpan(place)));
    }

    private static void Step(byte[] pattern, int place, byte character, SortedSet<int> next)
    {
        for (; place < pattern.Length && pattern[place] == BytePattern.AnyText; place++)
            next.Add(place);
        if (place < pattern.Length && (pattern[place] == BytePattern.AnyCharacter || pattern[place] == character))
            next.Add(place + 1);
    }

    // DEV-12: as a filter, a client identifier + would reach all other clients (CVE-2017-7650).
    private static bool HoldsFilterWildcard(string value) => value.AsSpan().ContainsAny('+', '#');

    private readonly record struct Piece(byte[] Literal, PolicyVariable? Variable);
}
