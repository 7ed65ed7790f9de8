using System;
using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace Defender.Agent.Linux.Collectors;

/// <summary>A name of interfaces with * for any letters and ? for any one. No backslash: it is no letter of such names.</summary>
internal static class InterfacePattern
{
    /// <summary>Linux: IFNAMSIZ is 16, with the zero at the end.</summary>
    public const int MaxLength = 15;

    /// <param name="pattern">What a user wrote.</param>
    /// <param name="error">What is wrong with it: a sentence without its subject.</param>
    public static bool IsValid(string pattern, [NotNullWhen(false)] out string? error)
    {
        error = pattern.Length is 0 or > MaxLength ? $"'{pattern}' has {pattern.Length} letters; names of interfaces have 1 to {MaxLength}"
            : pattern.AsSpan().ContainsAnyExceptInRange('!', '~') || pattern.AsSpan().ContainsAny("/\\:")
                ? $"'{pattern}' has a letter that no name of an interface has"
            : null;
        return error is null;
    }

    public static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
