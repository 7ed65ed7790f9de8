using System;
using System.Buffers;
using System.Linq;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>AWS's names of profiles, behaviors, dimensions and custom metrics: 1 to 128 of <c>[a-zA-Z0-9:_-]</c>.</summary>
internal static class ResourceName
{
    public const int MaxLength = 128;

    public const string Rule = "should have 1 to 128 characters of [a-zA-Z0-9:_-]";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-");

    public static bool IsValid(ReadOnlySpan<char> name) => name.Length is >= 1 and <= MaxLength && !name.ContainsAnyExcept(Allowed);

    /// <summary>The hint for a name with other characters: the same name with hyphens for them.</summary>
    public static string? Hint(string? name) =>
        name?.Length is >= 1 and <= MaxLength && name.Any(char.IsAsciiLetterOrDigit)
            ? $"Write {string.Concat(name.Select(c => Allowed.Contains(c) ? c : '-'))}: blanks and other characters are not allowed in names."
            : null;
}
