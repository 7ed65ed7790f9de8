using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>Text, read as <see cref="string"/>.</summary>
internal sealed class StringShape : Shape
{
    /// <summary>The fewest Unicode characters.</summary>
    public int Min { get; init; }

    /// <summary>The most Unicode characters; null for no limit of its own.</summary>
    public int? Max { get; init; }

    /// <summary>What the whole text matches; null for anything.</summary>
    public ShapePattern? Pattern { get; init; }

    /// <summary>The only values, when there are any.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>One of a few words.</summary>
    public static StringShape Enum(params ReadOnlySpan<string> values) => new() { Values = [.. values] };

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind == JsonValueKind.String)
            return Read(value.GetString()!, path, errors);
        errors.Add(value, path, $"Member must be a string");
        return null;
    }

    public override object? Read(string text, string path, ShapeErrors errors)
    {
        string[] broken = [.. Constraints(text)];
        foreach (string constraint in broken)
            errors.Add(text, path, $"{constraint}");
        return broken.Length == 0 ? text : null;
    }

    /// <summary>The constraints that a text breaks, in AWS's words.</summary>
    public IEnumerable<string> Constraints(string text)
    {
        if (!Values.IsEmpty && !Values.Contains(text))
            yield return $"Member must satisfy enum value set: [{string.Join(", ", Values)}]";
        // Smithy's length trait: Unicode characters, not UTF-16 units.
        int length = text.EnumerateRunes().Count();
        if (length > Max)
            yield return string.Create(CultureInfo.InvariantCulture, $"Member must have length less than or equal to {Max}");
        if (length < Min)
            yield return string.Create(CultureInfo.InvariantCulture, $"Member must have length greater than or equal to {Min}");
        if (Pattern is not null && !Pattern.IsMatch(text))
            yield return $"Member must satisfy regular expression pattern: {Pattern.Text}";
    }
}
