using System.Globalization;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>A whole number, read as <see cref="long"/>.</summary>
internal sealed class IntegerShape(long min, long max) : Shape
{
    public long Min { get; } = min;

    public long Max { get; } = max;

    /// <summary>AWS's <c>integer</c>, of 32 bits.</summary>
    public static IntegerShape Int32(int min = int.MinValue, int max = int.MaxValue) => new(min, max);

    /// <summary>AWS's <c>long</c>, of 64 bits.</summary>
    public static IntegerShape Int64(long min = long.MinValue, long max = long.MaxValue) => new(min, max);

    public override object? Read(JsonElement value, string path, ShapeErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
            errors.Add(value, path, $"Member must be an integer");
        else if (number > Max)
            errors.Add(value, path, $"Member must have value less than or equal to {Max}");
        else if (number < Min)
            errors.Add(value, path, $"Member must have value greater than or equal to {Min}");
        else
            return number;
        return null;
    }

    public override object? Read(string text, string path, ShapeErrors errors)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            errors.Add(text, path, $"Member must be an integer");
        else if (number > Max)
            errors.Add(text, path, $"Member must have value less than or equal to {Max}");
        else if (number < Min)
            errors.Add(text, path, $"Member must have value greater than or equal to {Min}");
        else
            return number;
        return null;
    }
}
