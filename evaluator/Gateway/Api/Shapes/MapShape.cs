using System.Collections.Generic;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>A map of strings, read as <see cref="IReadOnlyDictionary{TKey, TValue}"/> in the order of the request.</summary>
internal sealed class MapShape(StringShape key, StringShape value) : Shape
{
    public StringShape Key { get; } = key;

    public StringShape Value { get; } = value;

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            errors.Add(value, path, $"Member must be a map");
            return null;
        }

        int before = errors.Count;
        var map = new OrderedDictionary<string, string>();
        foreach (JsonProperty entry in value.EnumerateObject())
        {
            // Null is the same as not given.
            if (entry.Value.ValueKind == JsonValueKind.Null)
                continue;
            string[] broken = [.. Key.Constraints(entry.Name)];
            if (broken.Length > 0)
                errors.Add(entry.Name, path, $"Map keys must satisfy constraint: [{string.Join(", ", broken)}]");
            if (Value.Read(entry.Value, $"{path}.{ShapeErrors.Shown(entry.Name)}.member", errors) is string text)
                map[entry.Name] = text;
        }

        return errors.Count == before ? map : null;
    }
}
