using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Defender.Evaluator.Profiles.Reading;

/// <summary>From bytes to a JSON document that can be read without exceptions.</summary>
internal static class DocumentText
{
    /// <summary>AWS's documents nest seven deep; the rest is room for members we do not know.</summary>
    public const int MaxDepth = 32;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Parses a document; of members given twice the last one counts. On failure the error says where.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> json,
        int maxBytes,
        [NotNullWhen(true)] out JsonDocument? document,
        out ProfileError error)
    {
        document = null;
        if (json.Length > maxBytes)
        {
            error = Error(string.Create(CultureInfo.InvariantCulture, $"the document should have at most {maxBytes} bytes"));
            return false;
        }

        if (json.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            document = JsonDocument.ParseValue(ref reader);
            reader.Read(); // throws when something follows the document
        }
        catch (JsonException exception)
        {
            document?.Dispose();
            document = null;
            string place = string.Create(
                CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            error = Error($"the document is not JSON of at most {MaxDepth} levels: {place}");
            return false;
        }

        error = default;
        if (IsUnicode(document.RootElement))
            return true;
        document.Dispose();
        document = null;
        error = NotUnicode;
        return false;
    }

    public static ProfileError NotUnicode { get; } = Error("the document is not valid Unicode");

    /// <summary>
    /// Whether all text below the element is well-formed. The parser accepts broken UTF-8 and lone surrogates in escapes
    /// (<c>"\ud800"</c>) and throws only when such a string or member name is asked for.
    /// </summary>
    public static bool IsUnicode(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            return true;
        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(element);
        if (!Utf8.IsValid(json))
            return false;

        // The text is JSON: a backslash stands in a string, and four hex digits follow a \u.
        for (int next = json.IndexOf((byte)'\\'); next >= 0; next = json.IndexOf((byte)'\\'))
        {
            json = json[next..];
            if (json[1] != 'u')
            {
                json = json[2..];
                continue;
            }

            char unit = Unit(json);
            json = json[6..];
            if (!char.IsSurrogate(unit))
                continue;
            if (!char.IsHighSurrogate(unit) || !json.StartsWith("\\u"u8) || !char.IsLowSurrogate(Unit(json)))
                return false;
            json = json[6..];
        }

        return true;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static ProfileError Error(string message) => new(ProfileRule.P00, message, ReportedByValidation: false, Path: "", Hint: null);
}
