using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>Reads tags (P19).</summary>
internal static class TagReader
{
    private const int MaxTagKeyLength = 128;
    private const int MaxTagValueLength = 256;

    /// <summary>Reads the list; complete only when no mistake was reported.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> ReadList(DocumentNode node)
    {
        if (!node.IsGiven || !node.IsList("tags"))
            return [];
        int maxTags = node.Scope.Definitions.Limits.MaxTags;
        if (node.ItemCount > maxTags)
            node.Report(ProfileRule.P19, string.Create(CultureInfo.InvariantCulture, $"tags should have at most {maxTags} members"));
        var keys = new HashSet<string>(StringComparer.Ordinal);
        return [.. node.ReadItems(item => Read(item, keys)).OfType<KeyValuePair<string, string>>()];
    }

    private static KeyValuePair<string, string>? Read(DocumentNode node, HashSet<string> keys)
    {
        if (!node.IsObject("tag"))
            return null;
        string? key = node.StringOrEmpty("Key");
        string? value = node.StringOrEmpty("Value");
        if (key is null || value is null)
            return null;
        bool isKey = Characters.Count(key) is >= 1 and <= MaxTagKeyLength
            && !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase)
            && key.EnumerateRunes().All(IsTagCharacter);
        if (!isKey || Characters.Count(value) > MaxTagValueLength)
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"tag key should have 1 to {MaxTagKeyLength} characters, not start with aws:, value at most {MaxTagValueLength}");
            node.Report(ProfileRule.P19, message, node.MisspeltMember("Key"));
            return null;
        }

        if (!keys.Add(key))
            node.Report(ProfileRule.P19, $"tag key {Quote.Of(key)} is used twice");
        return new(key, value);
    }

    // AWS: ^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$ (Tag.Key).
    private static bool IsTagCharacter(Rune rune) =>
        Rune.IsLetter(rune)
        || Rune.IsSeparator(rune)
        || Rune.IsNumber(rune)
        || (rune.IsAscii && "_.:/=+-@".Contains((char)rune.Value));
}
