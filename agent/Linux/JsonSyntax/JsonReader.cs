using System;

namespace Defender.Agent.Linux.JsonSyntax;

/// <summary>
/// Reads one JSON document (RFC 8259), strict in its grammar, and knows where it stands: the framework's reader takes more of a native
/// build than this agent's whole configuration. Values nest 16 deep at most.
/// </summary>
/// <param name="json">The whole document.</param>
internal ref struct JsonReader(ReadOnlySpan<byte> json)
{
    private const int MaxDepth = 16;

    private readonly ReadOnlySpan<byte> _json = json;
    private int _depth;
    // A bit for each value that is open: 1 for an object.
    private uint _objects;
    private bool _isFirst;
    private bool _afterValue;
    private bool _afterName;

    /// <summary>The byte that is read next.</summary>
    public int Position { get; private set; }

    /// <summary>The first byte of the token read last.</summary>
    public int Start { get; private set; }

    /// <summary>The token read last; of a text without its quotes, escapes and all.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    private readonly bool IsInObject => (_objects & 1) != 0;

    private readonly int Current => Position < _json.Length ? _json[Position] : -1;

    /// <summary>Goes on by a token.</summary>
    public JsonToken Read()
    {
        SkipBlanks();
        Start = Position;
        if (_depth == 0 && _afterValue)
            return Position == _json.Length ? JsonToken.End : JsonToken.Error;
        if (_depth > 0 && (_afterValue || _isFirst) && Current == (IsInObject ? '}' : ']'))
            return Close();
        if (_afterValue)
        {
            if (!TryPass(','))
                return JsonToken.Error;
            SkipBlanks();
            Start = Position;
        }

        _afterValue = false;
        _isFirst = false;
        return _depth > 0 && IsInObject && !_afterName ? ReadName() : ReadValue();
    }

    /// <summary>Passes over the value whose first token was read last.</summary>
    /// <returns>False when it is no JSON.</returns>
    public bool TrySkip()
    {
        for (int outside = _afterValue ? _depth : _depth - 1; _depth > outside;)
        {
            if (Read() == JsonToken.Error)
                return false;
        }

        return true;
    }

    /// <summary>The text or name read last, escapes resolved.</summary>
    /// <returns>False when it is not UTF-8, or escapes half a character.</returns>
    public readonly bool TryText(out string text) => JsonUnescape.TryRead(Bytes, out text);

    private JsonToken Close()
    {
        JsonToken token = IsInObject ? JsonToken.ObjectEnd : JsonToken.ListEnd;
        Position++;
        _objects >>= 1;
        _depth--;
        _isFirst = false;
        _afterValue = true;
        return token;
    }

    private JsonToken ReadName()
    {
        if (Current != '"' || !TryString())
            return JsonToken.Error;
        SkipBlanks();
        if (!TryPass(':'))
            return JsonToken.Error;
        _afterName = true;
        return JsonToken.Name;
    }

    private JsonToken ReadValue()
    {
        _afterName = false;
        switch (Current)
        {
            case '{' or '[' when _depth < MaxDepth:
                bool isObject = Current == '{';
                _objects = (_objects << 1) | (isObject ? 1u : 0);
                _depth++;
                _isFirst = true;
                Position++;
                return isObject ? JsonToken.ObjectStart : JsonToken.ListStart;
            case '"':
                return TryString() ? Value(JsonToken.Text) : JsonToken.Error;
            case 't':
                return Word("true"u8, JsonToken.True);
            case 'f':
                return Word("false"u8, JsonToken.False);
            case 'n':
                return Word("null"u8, JsonToken.Null);
            default:
                return TryNumber() ? Value(JsonToken.Number) : JsonToken.Error;
        }
    }

    private JsonToken Value(JsonToken token)
    {
        _afterValue = true;
        return token;
    }

    private JsonToken Word(ReadOnlySpan<byte> word, JsonToken token)
    {
        foreach (byte letter in word)
        {
            if (Current != letter)
                return JsonToken.Error;
            Position++;
        }

        return Value(token);
    }

    private bool TryNumber()
    {
        _ = TryPass('-');
        // A zero stands alone.
        if (!TryPass('0') && !TryDigits())
            return false;
        if (TryPass('.') && !TryDigits())
            return false;
        if (TryPass('e') || TryPass('E'))
        {
            _ = TryPass('+') || TryPass('-');
            if (!TryDigits())
                return false;
        }

        Bytes = _json[Start..Position];
        return true;
    }

    private bool TryDigits()
    {
        int start = Position;
        while (Current is >= '0' and <= '9')
            Position++;
        return Position > start;
    }

    private bool TryString()
    {
        int start = ++Position;
        for (; Current >= ' '; Position++)
        {
            if (Current == '"')
            {
                Bytes = _json[start..Position++];
                return true;
            }

            if (Current == '\\' && !TryEscape())
                return false;
        }

        return false;
    }

    // Ends at the last byte of the escape.
    private bool TryEscape()
    {
        Position++;
        if (Current != 'u')
            return Current is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't';
        for (int i = 0; i < 4; i++)
        {
            Position++;
            if (Current < 0 || !char.IsAsciiHexDigit((char)Current))
                return false;
        }

        return true;
    }

    private bool TryPass(char letter)
    {
        if (Current != letter)
            return false;
        Position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (Position < _json.Length && IsBlank(_json[Position]))
            Position++;
    }

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';
}
