using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using Defender.Gateway.Api.Input;

namespace Defender.Gateway.Api.Shapes;

/// <summary>
/// A list, read as one of <see cref="string"/> or of <see cref="OperationInput"/>; no list of the model has other elements.
/// </summary>
internal sealed class ListShape(Shape element) : Shape
{
    public Shape Element { get; } = element;

    public int Min { get; init; }

    /// <summary>Null for no limit of its own.</summary>
    public int? Max { get; init; }

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add(value, path, $"Member must be a list");
            return null;
        }

        int before = errors.Count;
        if (value.GetArrayLength() > Max)
            errors.Add(value, path, $"Member must have length less than or equal to {Max}");
        if (value.GetArrayLength() < Min)
            errors.Add(value, path, $"Member must have length greater than or equal to {Min}");
        var elements = new List<object?>();
        foreach (JsonElement element in value.EnumerateArray())
        {
            string place = Place(path, elements.Count);
            if (element.ValueKind == JsonValueKind.Null)
                errors.AddMissing(place);
            elements.Add(element.ValueKind == JsonValueKind.Null ? null : Element.Read(element, place, errors));
        }

        return errors.Count == before ? Typed(elements) : null;
    }

    /// <summary>A query string repeats the parameter for each element.</summary>
    public override object? Read(IReadOnlyList<string> texts, string path, ShapeErrors errors)
    {
        int before = errors.Count;
        if (texts.Count > Max)
            errors.Add(texts[0], path, $"Member must have length less than or equal to {Max}");
        var elements = new List<object?>();
        foreach (string text in texts)
            elements.Add(Element.Read(text, Place(path, elements.Count), errors));
        return errors.Count == before ? Typed(elements) : null;
    }

    // AWS counts from 1.
    private static string Place(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}.{index + 1}.member");

    private object Typed(List<object?> elements) => Element is StructureShape
        ? elements.ConvertAll(element => (OperationInput)element!)
        : elements.ConvertAll(element => (string)element!);
}
