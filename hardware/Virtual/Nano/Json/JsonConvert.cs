using System;
using System.Collections;
using System.Text.Json;

namespace nanoFramework.Json;

/// <summary>Reads JSON into Hashtable, ArrayList, string, int, long, double and bool, as the device's reader does.</summary>
public static class JsonConvert
{
    /// <exception cref="DeserializationException">The text is no JSON.</exception>
    /// <exception cref="NotSupportedException">Another type than Hashtable is asked for, which the firmware does not do.</exception>
    public static object? DeserializeObject(string json, Type type)
    {
        if (type != typeof(Hashtable))
            throw new NotSupportedException($"this reader makes a Hashtable, not a {type.Name}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Read(document.RootElement) : throw new DeserializationException();
        }
        catch (JsonException)
        {
            throw new DeserializationException();
        }
    }

    private static object? Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Hashtable members = [];
                foreach (JsonProperty member in element.EnumerateObject())
                    members[member.Name] = Read(member.Value);
                return members;
            case JsonValueKind.Array:
                ArrayList items = [];
                foreach (JsonElement item in element.EnumerateArray())
                    items.Add(Read(item));
                return items;
            case JsonValueKind.Number:
                // Boxed one by one: a conditional expression would make doubles of all.
                if (element.TryGetInt32(out int small))
                    return small;
                return element.TryGetInt64(out long large) ? (object)large : element.GetDouble();
            case JsonValueKind.True:
            case JsonValueKind.False:
                return element.GetBoolean();
            default:
                return element.GetString();
        }
    }
}
