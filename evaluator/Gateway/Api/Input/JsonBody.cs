using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Defender.Gateway.Api.Input;

/// <summary>From the bytes of a body to JSON that can be read without exceptions.</summary>
internal static class JsonBody
{
    /// <summary>AWS's documents nest seven deep; the rest is room for members we do not know.</summary>
    public const int MaxDepth = 32;

    /// <summary>Reads a body: nothing at all, or one JSON object in UTF-8.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="root">The object, independent of the bytes; null when there was none.</param>
    /// <param name="error">What is wrong with the body.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out JsonElement? root, [NotNullWhen(false)] out string? error)
    {
        root = null;
        error = null;
        if (body.IsEmpty)
            return true;
        if (!Utf8.IsValid(body))
        {
            error = "The request body is not UTF-8";
            return false;
        }

        try
        {
            if (!IsUnicode(body))
            {
                error = "The request body has half a surrogate pair in a string";
                return false;
            }

            JsonElement element = JsonElement.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (element.ValueKind == JsonValueKind.Object)
            {
                root = element;
                return true;
            }

            error = "The request body is not a JSON object";
        }
        catch (JsonException exception)
        {
            string place = string.Create(
                CultureInfo.InvariantCulture, $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}");
            error = $"The request body is not JSON of at most {MaxDepth} levels: {place}";
        }

        return false;
    }

    // The parser takes a lone surrogate in an escape ("\ud800") and throws when such a string or name is asked for.
    private static bool IsUnicode(ReadOnlySpan<byte> json)
    {
        if (!json.Contains((byte)'\\'))
            return true;
        char[] text = ArrayPool<char>.Shared.Rent(json.Length);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    reader.CopyString(text);
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
