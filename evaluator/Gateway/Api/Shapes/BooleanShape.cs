using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>True or false, read as <see cref="bool"/>.</summary>
internal sealed class BooleanShape : Shape
{
    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        errors.Add(value, path, $"Member must be true or false");
        return null;
    }

    public override object? Read(string text, string path, ShapeErrors errors)
    {
        if (text is "true" or "false")
            return text == "true";
        errors.Add(text, path, $"Member must be true or false");
        return null;
    }
}
