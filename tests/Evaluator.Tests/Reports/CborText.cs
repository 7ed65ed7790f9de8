using System;
using System.Text;
using Defender.Evaluator.Reports.Wire;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>A CBOR document as JSON, so that a test can show what it expects.</summary>
internal static class CborText
{
    public static string ToJson(ReadOnlySpan<byte> cbor)
    {
        var tokens = new CborTokens(cbor, new TextScratch());
        var text = new StringBuilder();
        for (TokenKind token = tokens.Read(); token != TokenKind.End; token = tokens.Read())
        {
            if (text.Length > 0 && text[^1] is not ('{' or '[' or ':') && token is not (TokenKind.EndObject or TokenKind.EndList))
                text.Append(',');
            text.Append(token switch
            {
                TokenKind.Object => "{",
                TokenKind.EndObject => "}",
                TokenKind.List => "[",
                TokenKind.EndList => "]",
                TokenKind.Name => $"\"{Encoding.UTF8.GetString(tokens.Text)}\":",
                TokenKind.String => $"\"{Encoding.UTF8.GetString(tokens.Text)}\"",
                TokenKind.Number => tokens.Number.ToString(),
                TokenKind.True => "true",
                TokenKind.False => "false",
                TokenKind.Null => "null",
                _ => throw new InvalidOperationException(tokens.Fault.Message),
            });
        }

        return text.ToString();
    }
}
