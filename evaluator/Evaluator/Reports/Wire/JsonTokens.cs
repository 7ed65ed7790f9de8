using System;
using System.Globalization;
using System.Text.Unicode;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// The tokens of a JSON report: RFC 8259 and nothing beyond it (R02), nesting bounded (R05). UTF-8 is checked inside each
/// string, the only place where a byte above 0x7F may stand.
/// </summary>
internal ref struct JsonTokens(ReadOnlySpan<byte> payload, TextScratch scratch) : IReportTokens
{
    private enum Next : byte
    {
        Value,
        FirstNameOrEnd,
        FirstItemOrEnd,
        CommaOrEnd,
        Nothing,
    }

    private readonly ReadOnlySpan<byte> _payload = payload;
    private readonly TextScratch _scratch = scratch;
    private int _position;
    private int _depth;
    private uint _objects; // bit 0: the innermost open container is an object; bit 1: the one around it; ...
    private Next _next;
    private bool _isInteger;
    private int _end; // behind the current number

    public int Offset { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public TokenFault Fault { get; private set; }

    public readonly WireNumber Number
    {
        get
        {
            ReadOnlySpan<byte> digits = _payload[Offset.._end];
            if (_isInteger && digits.Length <= 18)
                return WireNumber.OfInteger(ParseShort(digits));
            double nearest = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
            return _isInteger && digits.Length <= 38
                ? WireNumber.OfInteger(Int128.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), nearest)
                : WireNumber.OfDouble(nearest);
        }
    }

    public TokenKind Read()
    {
        SkipBlanks();
        switch (_next)
        {
            case Next.CommaOrEnd:
                return ReadCommaOrEnd();
            case Next.Value:
                return ReadValue();
            case Next.FirstNameOrEnd:
                return Peek() == '}' ? Close(TokenKind.EndObject) : ReadName();
            case Next.FirstItemOrEnd:
                return Peek() == ']' ? Close(TokenKind.EndList) : ReadValue();
            default:
                return _position == _payload.Length ? TokenKind.End : Fail("nothing but blanks may follow the report");
        }
    }

    public readonly ReadOnlySpan<byte> Spelling(int offset)
    {
        int end = offset + 1;
        while (_payload[end] != '"')
            end += _payload[end] == '\\' ? 2 : 1;
        return _payload[(offset + 1)..end];
    }

    private TokenKind ReadCommaOrEnd()
    {
        bool inObject = (_objects & 1) != 0;
        int b = Peek();
        if (b == ',')
        {
            _position++;
            SkipBlanks();
            return inObject ? ReadName() : ReadValue();
        }

        if (inObject)
            return b == '}' ? Close(TokenKind.EndObject) : Fail("a comma or the end of the object must stand here");
        return b == ']' ? Close(TokenKind.EndList) : Fail("a comma or the end of the list must stand here");
    }

    private TokenKind ReadValue()
    {
        Offset = _position;
        switch (Peek())
        {
            case '"':
                _next = AfterValue();
                return ReadString() ? TokenKind.String : TokenKind.Fault;
            case '{':
                return Open(TokenKind.Object);
            case '[':
                return Open(TokenKind.List);
            case 't':
                return ReadWord("true"u8, TokenKind.True);
            case 'f':
                return ReadWord("false"u8, TokenKind.False);
            case 'n':
                return ReadWord("null"u8, TokenKind.Null);
            case '-' or (>= '0' and <= '9'):
                _next = AfterValue();
                return ReadNumber();
            case 0xEF when _payload.StartsWith("\uFEFF"u8):
                return Fail("a byte order mark is not allowed");
            default:
                return Fail("a value must stand here");
        }
    }

    private TokenKind ReadName()
    {
        Offset = _position;
        if (Peek() != '"')
            return Fail("a name in double quotes must stand here");
        if (!ReadString())
            return TokenKind.Fault;
        SkipBlanks();
        if (Peek() != ':')
            return Fail("a colon must follow the name");
        _position++;
        _next = Next.Value;
        return TokenKind.Name;
    }

    private TokenKind ReadWord(ReadOnlySpan<byte> word, TokenKind kind)
    {
        if (!_payload[_position..].StartsWith(word))
            return Fail("the only bare words are true, false and null");
        _position += word.Length;
        _next = AfterValue();
        return kind;
    }

    private TokenKind Open(TokenKind kind)
    {
        if (_depth == IReportTokens.MaxDepth)
            return Fail("at most 16 levels of objects and lists are allowed", ReportRule.R05);
        _depth++;
        _position++;
        bool isObject = kind == TokenKind.Object;
        _objects = _objects << 1 | (isObject ? 1u : 0u);
        _next = isObject ? Next.FirstNameOrEnd : Next.FirstItemOrEnd;
        return kind;
    }

    private TokenKind Close(TokenKind kind)
    {
        Offset = _position++;
        _depth--;
        _objects >>= 1;
        _next = AfterValue();
        return kind;
    }

    private readonly Next AfterValue() => _depth == 0 ? Next.Nothing : Next.CommaOrEnd;

    private TokenKind ReadNumber()
    {
        int position = _position;
        if (_payload[position] == '-')
            position++;
        int digits = position;
        position = SkipDigits(position);
        if (position == digits)
            return Fail("a digit must follow the minus", at: position);
        if (_payload[digits] == '0' && position - digits > 1)
            return Fail("a number has no leading zeros", at: digits);

        _isInteger = true;
        if (ByteAt(position) == '.')
        {
            _isInteger = false;
            int fraction = ++position;
            position = SkipDigits(position);
            if (position == fraction)
                return Fail("a digit must follow the decimal point", at: position);
        }

        if (ByteAt(position) is 'e' or 'E')
        {
            _isInteger = false;
            position++;
            if (ByteAt(position) is '+' or '-')
                position++;
            int exponent = position;
            position = SkipDigits(position);
            if (position == exponent)
                return Fail("a digit must follow the exponent mark", at: position);
        }

        _end = _position = position;
        return TokenKind.Number;
    }

    private bool ReadString()
    {
        int start = ++_position;
        bool isAscii = true;
        int escapes = 0;
        while (true)
        {
            _position += JsonText.IndexOfSpecial(_payload[_position..]);
            if (_position == _payload.Length)
                return FailString("the string has no end", _payload.Length);
            byte b = _payload[_position];
            if (b == '"')
                break;
            if (b == '\\')
            {
                escapes++;
                _position += 2; // the escaped byte is looked at when the escapes are resolved
                if (_position > _payload.Length)
                    return FailString("the string has no end", _payload.Length);
            }
            else if (b > 0x7F)
            {
                isAscii = false;
                _position++;
            }
            else
            {
                return FailString("control characters must be escaped", _position);
            }
        }

        ReadOnlySpan<byte> raw = _payload[start.._position++];
        if (!isAscii && !Utf8.IsValid(raw))
            return FailString("the string is not UTF-8", start);
        if (escapes == 0)
        {
            Text = raw;
            return true;
        }

        Span<byte> resolved = _scratch.Rent(raw.Length);
        if (!JsonText.TryResolve(raw, resolved, out int length, out int faultAt))
            return FailString("the escape is none of RFC 8259, or half of a surrogate pair", start + faultAt);
        Text = resolved[..length];
        return true;
    }

    private readonly int SkipDigits(int position)
    {
        while (position < _payload.Length && (uint)(_payload[position] - '0') <= 9)
            position++;
        return position;
    }

    private void SkipBlanks()
    {
        while (_position < _payload.Length && _payload[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            _position++;
    }

    private readonly int Peek() => ByteAt(_position);

    private readonly int ByteAt(int position) => position < _payload.Length ? _payload[position] : -1;

    private bool FailString(string message, int at)
    {
        Fail(message, at: at);
        return false;
    }

    private TokenKind Fail(string message, ReportRule rule = ReportRule.R02, int at = -1)
    {
        int offset = at < 0 ? _position : at;
        Fault = new(rule, offset, offset < _payload.Length ? message : $"the payload is cut off: {message}");
        return TokenKind.Fault;
    }

    private static long ParseShort(ReadOnlySpan<byte> text)
    {
        long value = 0;
        foreach (byte b in text[0] == '-' ? text[1..] : text)
            value = value * 10 + (b - '0');
        return text[0] == '-' ? -value : value;
    }
}
