using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>
/// A value of which only the kind of JSON is checked: <see cref="Evaluator.Profiles.ProfileReader"/> reads the members of
/// security profiles, and knows more about them than AWS's model says. Read as <see cref="string"/> or <see cref="JsonElement"/>.
/// </summary>
internal sealed class DocumentShape(JsonValueKind kind) : Shape
{
    /// <summary>String, object or array.</summary>
    public JsonValueKind Kind { get; } = kind;

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind == Kind)
            return Kind == JsonValueKind.String ? value.GetString() : value;
        switch (Kind)
        {
            case JsonValueKind.String:
                errors.Add(value, path, $"Member must be a string");
                break;
            case JsonValueKind.Array:
                errors.Add(value, path, $"Member must be a list");
                break;
            default:
                errors.Add(value, path, $"Member must be a JSON object");
                break;
        }

        return null;
    }
}
