using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// The tokens of a CBOR report: RFC 8949 within the data model of JSON (R17), nesting bounded (R05). Indefinite lengths and
/// numbers in more bytes than needed are accepted: real agents send them. A length is compared with the payload before
/// anything is done with it.
/// </summary>
internal ref struct CborTokens(ReadOnlySpan<byte> payload, TextScratch scratch) : IReportTokens
{
    private const byte Break = 0xFF;
    private const int Indefinite = 31;
    private const long Endless = long.MaxValue;

    // Major types, RFC 8949 section 3.1.
    private const int Unsigned = 0;
    private const int Negative = 1;
    private const int Bytes = 2;
    private const int TextString = 3;
    private const int Array = 4;
    private const int Map = 5;
    private const int Tag = 6;
    private const int SimpleOrFloat = 7;

    [InlineArray(IReportTokens.MaxDepth)]
    private struct Levels
    {
        private long _first;
    }

    private readonly ReadOnlySpan<byte> _payload = payload;
    private readonly TextScratch _scratch = scratch;
    private Levels _left; // items still to come at each level: a member counts twice; Endless until a break
    private int _position;
    private int _depth;
    private uint _maps; // bit 0: the innermost open container is a map; bit 1: the one around it; ...
    private bool _valueFollows; // the last token was a name
    private bool _isDone;
    private int _major; // of the current number
    private ulong _argument;
    private double _float;

    public int Offset { get; private set; }

    public ReadOnlySpan<byte> Text { get; private set; }

    public readonly WireNumber Number => _major switch
    {
        Unsigned when _argument <= long.MaxValue => WireNumber.OfInteger((long)_argument),
        Unsigned => WireNumber.OfInteger(_argument, _argument),
        Negative when _argument <= long.MaxValue => WireNumber.OfInteger(-1 - (long)_argument),
        Negative => WireNumber.OfInteger(-1 - (Int128)_argument, -1.0 - _argument),
        _ => WireNumber.OfDouble(_float),
    };

    public TokenFault Fault { get; private set; }

    public TokenKind Read()
    {
        Offset = _position;
        if (_isDone)
            return _position == _payload.Length ? TokenKind.End : Fail("nothing may follow the report");
        if (_depth == 0)
            return ReadItem();

        bool inMap = (_maps & 1) != 0;
        ref long left = ref _left[_depth - 1];
        if (left == 0)
            return Close();
        if (left == Endless)
        {
            if (!_valueFollows && _position < _payload.Length && _payload[_position] == Break)
            {
                _position++;
                return Close();
            }
        }
        else
        {
            left--;
        }

        if (inMap && !_valueFollows)
        {
            _valueFollows = true;
            return ReadName();
        }

        _valueFollows = false;
        return ReadItem();
    }

    public readonly ReadOnlySpan<byte> Spelling(int offset)
    {
        var name = new CborTokens(_payload, new TextScratch()) { _position = offset };
        return name.ReadItem() == TokenKind.String ? name.Text : default;
    }

    private TokenKind ReadName() =>
        ReadItem() switch
        {
            TokenKind.String => TokenKind.Name,
            TokenKind.Fault => TokenKind.Fault,
            _ => Fail("the name of a member must be a text string"),
        };

    private TokenKind ReadItem()
    {
        if (_position == _payload.Length)
            return Fail("the payload is cut off: an item must stand here", _position);
        int major = _payload[_position] >> 5;
        int info = _payload[_position] & 0x1F;
        _position++;
        if (major == SimpleOrFloat)
            return ReadSimple(info);
        bool isIndefinite = info == Indefinite && major is Bytes or TextString or Array or Map;
        ulong argument = 0;
        if (!isIndefinite && !TryReadArgument(info, out argument))
            return TokenKind.Fault;
        switch (major)
        {
            case Unsigned or Negative:
                _major = major;
                _argument = argument;
                return Done(TokenKind.Number);
            case TextString:
                return (isIndefinite ? TryReadChunks() : TryReadText(argument)) ? Done(TokenKind.String) : TokenKind.Fault;
            case Array:
                return Open(TokenKind.List, isIndefinite, argument, bytesEach: 1);
            case Map:
                return Open(TokenKind.Object, isIndefinite, argument, bytesEach: 2);
            case Tag:
                return Fail("tags are not allowed");
            default:
                return Fail("byte strings are not allowed");
        }
    }

    private TokenKind ReadSimple(int info)
    {
        switch (info)
        {
            case 20:
                return Done(TokenKind.False);
            case 21:
                return Done(TokenKind.True);
            case 22:
                return Done(TokenKind.Null);
            case 25 when _payload.Length - _position >= 2:
                return ReadFloat((double)BinaryPrimitives.ReadHalfBigEndian(_payload[_position..]), 2);
            case 26 when _payload.Length - _position >= 4:
                return ReadFloat(BinaryPrimitives.ReadSingleBigEndian(_payload[_position..]), 4);
            case 27 when _payload.Length - _position >= 8:
                return ReadFloat(BinaryPrimitives.ReadDoubleBigEndian(_payload[_position..]), 8);
            case 25 or 26 or 27:
                return Fail("the payload is cut off: a float must stand here", _payload.Length);
            case 23:
                return Fail("undefined is not allowed");
            case Indefinite:
                return Fail("a break may only end an object or list of indefinite length");
            default:
                return Fail("the only simple values are true, false and null");
        }
    }

    private TokenKind ReadFloat(double value, int size)
    {
        if (!double.IsFinite(value))
            return Fail("not-a-number and infinity are not allowed");
        _position += size;
        _major = SimpleOrFloat;
        _float = value;
        return Done(TokenKind.Number);
    }

    private bool TryReadText(ulong length)
    {
        if (!TryTakeText(length, out ReadOnlySpan<byte> text))
            return false;
        Text = text;
        return true;
    }

    private bool TryReadChunks()
    {
        Span<byte> text = _scratch.Rent(_payload.Length - _position);
        int length = 0;
        while (true)
        {
            if (_position == _payload.Length)
                return FailText("the payload is cut off: the string has no end", _position);
            int head = _payload[_position];
            if (head == Break)
                break;
            if (head >> 5 != TextString || (head & 0x1F) == Indefinite)
                return FailText("a string is made of chunks of text of definite length", _position);
            _position++;
            if (!TryReadArgument(head & 0x1F, out ulong chunkLength) || !TryTakeText(chunkLength, out ReadOnlySpan<byte> chunk))
                return false;
            chunk.CopyTo(text[length..]);
            length += chunk.Length;
        }

        _position++;
        Text = text[..length];
        return true;
    }

    private bool TryTakeText(ulong length, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (length > (ulong)(_payload.Length - _position))
            return FailText("the string is longer than the payload", Offset);
        text = _payload.Slice(_position, (int)length);
        if (!Ascii.IsValid(text) && !Utf8.IsValid(text))
            return FailText("the string is not UTF-8", _position);
        _position += (int)length;
        return true;
    }

    private bool TryReadArgument(int info, out ulong argument)
    {
        argument = (ulong)info;
        if (info < 24)
            return true;
        ReadOnlySpan<byte> rest = _payload[_position..];
        int size = 1 << (info - 24);
        if (info > 27)
            return FailText("the length code is reserved, or of an item without indefinite form", _position - 1);
        if (rest.Length < size)
            return FailText("the payload is cut off: a length or number must stand here", _payload.Length);
        argument = info switch
        {
            24 => rest[0],
            25 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            26 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest),
        };
        _position += size;
        return true;
    }

    private TokenKind Open(TokenKind kind, bool isIndefinite, ulong count, int bytesEach)
    {
        if (_depth == IReportTokens.MaxDepth)
            return Fail("at most 16 levels of objects and lists are allowed", rule: ReportRule.R05);
        if (!isIndefinite && count > (ulong)((_payload.Length - _position) / bytesEach))
            return Fail("the list or object has more items than the payload has bytes");
        _left[_depth++] = isIndefinite ? Endless : (long)count * bytesEach;
        _maps = _maps << 1 | (kind == TokenKind.Object ? 1u : 0u);
        return kind;
    }

    private TokenKind Close()
    {
        bool isMap = (_maps & 1) != 0;
        _maps >>= 1;
        _depth--;
        return Done(isMap ? TokenKind.EndObject : TokenKind.EndList);
    }

    private TokenKind Done(TokenKind kind)
    {
        _isDone = _depth == 0;
        return kind;
    }

    private bool FailText(string message, int at)
    {
        Fail(message, at);
        return false;
    }

    private TokenKind Fail(string message, int at = -1, ReportRule rule = ReportRule.R17)
    {
        Fault = new(rule, at < 0 ? Offset : at, message);
        return TokenKind.Fault;
    }
}
