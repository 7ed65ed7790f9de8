using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>
/// Cuts a scenario file into tokens, one ahead. The first mistake, of the text or reported by a reader of tokens, is
/// kept; after it there is only <see cref="TokenKind.EndOfText"/>, so that readers need not ask after each step.
/// </summary>
internal sealed class ScenarioScanner
{
    private const int MaxWordsInHint = 24;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n,[]\""u8);

    private readonly byte[] _text;
    private int _next;

    /// <param name="text">UTF-8.</param>
    public ScenarioScanner(byte[] text)
    {
        _text = text;
        _next = text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        Current = Scan(isNewLine: true);
    }

    public Token Current { get; private set; }

    public ScenarioError Error { get; private set; }

    public bool Failed { get; private set; }

    public bool AtEndOfLine => Current.Kind is TokenKind.EndOfLine or TokenKind.EndOfText;

    /// <summary>The current token; the next one becomes current.</summary>
    public Token Take()
    {
        Token taken = Current;
        if (taken.Kind != TokenKind.EndOfText)
        {
            Token next = Scan(isNewLine: taken.Kind == TokenKind.EndOfLine);
            if (!Failed)
                Current = next;
        }

        return taken;
    }

    public bool TryTake(string keyword)
    {
        bool taken = Current.Is(keyword);
        if (taken)
            Take();
        return taken;
    }

    public bool TryTake(TokenKind kind)
    {
        bool taken = Current.Kind == kind;
        if (taken)
            Take();
        return taken;
    }

    /// <summary>A word or quoted text, whatever it says.</summary>
    public string TakeName(string what)
    {
        if (Current.IsName)
            return Take().Text;
        Expected(what);
        return "";
    }

    /// <summary>A word of which the caller knows that it is one of these.</summary>
    /// <returns>Its position; -1 after a mistake.</returns>
    public int TakeOneOf(string what, params ReadOnlySpan<string> keywords)
    {
        int found = Current.Kind == TokenKind.Word ? keywords.IndexOf(Current.Text) : -1;
        if (found >= 0)
            Take();
        else
            Expected(what, keywords);
        return found;
    }

    /// <summary>What is left of the line, as it stands.</summary>
    public string TakeRestOfLine()
    {
        if (Failed || AtEndOfLine)
            return "";
        string rest = LineAt(Current.Start);
        _next = Current.Start + Encoding.UTF8.GetByteCount(rest);
        Current = Scan(isNewLine: false);
        return rest;
    }

    public void TakeEndOfLine()
    {
        if (!AtEndOfLine)
            Expected("the end of the line");
        Take();
    }

    /// <summary>The text from a byte to the end of its line, without blanks around it.</summary>
    public string LineAt(int start)
    {
        int length = _text.AsSpan(start).IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(length < 0 ? _text.AsSpan(start) : _text.AsSpan(start, length)).Trim();
    }

    /// <summary>Line of a byte, from 1.</summary>
    public int LineOf(int position) => _text.AsSpan(0, position).Count((byte)'\n') + 1;

    /// <summary>Keeps the mistake that something else should stand here.</summary>
    public void Expected(string what, params ReadOnlySpan<string> keywords)
    {
        string hint = Current.Kind == TokenKind.Word && keywords.Length is > 0 and <= MaxWordsInHint
            && NearestName.DidYouMean(Current.Text, keywords.ToArray()) is { } found ? $"; {found}" : "";
        Fail(Current, $"expected {what}, found {Current}{hint}");
    }

    public void Fail(in Token token, string message) => FailAt(token.Start, message);

    private Token FailAt(int position, string message)
    {
        if (!Failed)
        {
            int lineStart = _text.AsSpan(0, position).LastIndexOf((byte)'\n') + 1;
            Error = new ScenarioError(LineOf(position), Encoding.UTF8.GetCharCount(_text.AsSpan(lineStart, position - lineStart)) + 1, Quote.Of(message));
            Failed = true;
        }

        return Current = new Token(TokenKind.EndOfText, position, "");
    }

    private Token Scan(bool isNewLine)
    {
        SkipBlanks(isNewLine);
        int start = _next;
        if (start == _text.Length)
            return new Token(TokenKind.EndOfText, start, "");
        switch (_text[start])
        {
            case (byte)'\n': return One(TokenKind.EndOfLine);
            case (byte)',': return One(TokenKind.Comma);
            case (byte)'[': return One(TokenKind.Open);
            case (byte)']': return One(TokenKind.Close);
            case (byte)'"': return ScanQuoted(start);
            case (byte)'{': return ScanJson(start);
            default:
                int length = _text.AsSpan(start).IndexOfAny(WordEnds);
                _next = length < 0 ? _text.Length : start + length;
                return new Token(TokenKind.Word, start, Encoding.UTF8.GetString(_text.AsSpan(start, _next - start)));
        }

        Token One(TokenKind kind) => new(kind, _next++, "");
    }

    /// <summary>Skips what says nothing; on a new line its end too.</summary>
    private void SkipBlanks(bool isNewLine)
    {
        for (; _next < _text.Length; _next++)
        {
            if (_text[_next] == (byte)'#')
            {
                int length = _text.AsSpan(_next).IndexOf((byte)'\n');
                _next = length < 0 ? _text.Length : _next + length;
                if (_next == _text.Length)
                    return;
            }

            if (_text[_next] is not ((byte)' ' or (byte)'\t' or (byte)'\r') && !(isNewLine && _text[_next] == (byte)'\n'))
                return;
        }
    }

    private Token ScanQuoted(int start)
    {
        int end = start + 1;
        while (end < _text.Length && _text[end] is not ((byte)'"' or (byte)'\n'))
            end += _text[end] == (byte)'\\' ? 2 : 1;
        if (end >= _text.Length || _text[end] != (byte)'"')
            return FailAt(start, "expected a quote at the end of the text, before the end of the line");
        _next = end + 1;
        return TryUnescape(_text.AsSpan(start, _next - start), out string? text)
            ? new Token(TokenKind.Quoted, start, text)
            : FailAt(start, """expected \" \\ \n or \u0041 and the like behind each backslash of the text""");
    }

    // A quoted text is a string of JSON.
    private static bool TryUnescape(ReadOnlySpan<byte> quoted, [NotNullWhen(true)] out string? text)
    {
        text = null;
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            text = reader.GetString();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // No string of JSON, or half of a surrogate pair in it.
        }

        return text is not null;
    }

    private Token ScanJson(int start)
    {
        try
        {
            var reader = new Utf8JsonReader(_text.AsSpan(start), new JsonReaderOptions { MaxDepth = DocumentText.MaxDepth });
            reader.Read();
            reader.Skip();
            _next = start + (int)reader.BytesConsumed;
            return new Token(TokenKind.Json, start, "") { Json = _text.AsMemory(start, _next - start) };
        }
        catch (JsonException error)
        {
            return FailAt(PositionOf(start, error), "expected JSON from the brace on, up to the one that closes it");
        }
    }

    private int PositionOf(int start, JsonException error)
    {
        int position = start;
        for (long line = error.LineNumber ?? 0; line > 0; line--)
            position += _text.AsSpan(position).IndexOf((byte)'\n') + 1;
        return Math.Min(_text.Length, position + (int)(error.BytePositionInLine ?? 0));
    }
}
