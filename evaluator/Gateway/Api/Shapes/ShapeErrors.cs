using System;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Defender.Gateway.Api.Shapes;

/// <summary>The mistakes of one request, in the words of AWS.</summary>
internal sealed class ShapeErrors
{
    /// <summary>Characters of a value that are shown.</summary>
    public const int MaxShownCharacters = 100;

    /// <summary>Mistakes that are described; the rest is counted, so that no body of bad members makes a larger answer.</summary>
    public const int MaxDescribed = 25;

    private readonly StringBuilder _text = new();

    public int Count { get; private set; }

    /// <summary>
    /// All mistakes as one message: <c>1 validation error detected: Value 'x' at 'thingName' failed to satisfy constraint: …</c>
    /// </summary>
    public string Message
    {
        get
        {
            string left = Count > MaxDescribed ? string.Create(CultureInfo.InvariantCulture, $"; and {Count - MaxDescribed} more") : "";
            string errors = Count == 1 ? "error" : "errors";
            return string.Create(CultureInfo.InvariantCulture, $"{Count} validation {errors} detected: {_text}{left}");
        }
    }

    /// <summary>The part of a path, or a value, that an answer may carry: shortened, without control characters.</summary>
    public static string Shown(string text)
    {
        if (text.Length <= MaxShownCharacters)
            return Printable.Escape(text);
        int cut = char.IsHighSurrogate(text[MaxShownCharacters - 1]) ? MaxShownCharacters - 1 : MaxShownCharacters;
        return Printable.Escape(text[..cut]) + "...";
    }

    /// <summary>A member that is not given.</summary>
    public void AddMissing(string path) => Append("null", path, "Member must not be null");

    public void Add(string value, string path, FormattableString constraint)
    {
        if (Count < MaxDescribed)
            Append($"'{Shown(value)}'", path, constraint.ToString(CultureInfo.InvariantCulture));
        else
            Count++;
    }

    public void Add(JsonElement value, string path, FormattableString constraint)
    {
        // Not GetRawText: the value may be a megabyte.
        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(value);
        string text = value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : Encoding.UTF8.GetString(json[..Math.Min(json.Length, 4 * MaxShownCharacters)]);
        Add(text, path, constraint);
    }

    private void Append(string shown, string path, string constraint)
    {
        if (++Count > MaxDescribed)
            return;
        if (_text.Length > 0)
            _text.Append("; ");
        _text.Append(CultureInfo.InvariantCulture, $"Value {shown} at '{path}' failed to satisfy constraint: {constraint}");
    }
}
