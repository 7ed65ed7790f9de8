using System;
using System.Buffers;
using System.Buffers.Text;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// JSON without blanks. Only what RFC 8259 section 7 demands is escaped, so that names keep their letters: quote, backslash,
/// C0 controls.
/// </summary>
internal struct JsonDocumentWriter(IBufferWriter<byte> output) : IDocumentWriter
{
    private const int LongestInteger = 20; // -9223372036854775808

    private readonly IBufferWriter<byte> _output = output;
    private bool _followsValue;

    private static ReadOnlySpan<byte> HexDigits => "0123456789abcdef"u8;

    public void BeginObject(int members) => Begin("{"u8);

    public void EndObject() => End("}"u8);

    public void BeginList(int items) => Begin("["u8);

    public void EndList() => End("]"u8);

    public void Name(ReadOnlySpan<byte> name)
    {
        Text(name);
        _output.Write(":"u8);
        _followsValue = false;
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Separate();
        _output.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            int plain = 0;
            while (plain < utf8.Length && utf8[plain] is not (< 0x20 or (byte)'"' or (byte)'\\'))
                plain++;
            _output.Write(utf8[..plain]);
            utf8 = utf8[plain..];
            if (utf8.IsEmpty)
                break;
            WriteEscape(utf8[0]);
            utf8 = utf8[1..];
        }

        _output.Write("\""u8);
    }

    public void Integer(long value)
    {
        Separate();
        bool fits = Utf8Formatter.TryFormat(value, _output.GetSpan(LongestInteger), out int written);
        _output.Advance(fits ? written : throw new InvalidOperationException("the buffer gave less than was asked for"));
    }

    private void Begin(ReadOnlySpan<byte> mark)
    {
        Separate();
        _output.Write(mark);
        _followsValue = false;
    }

    private void End(ReadOnlySpan<byte> mark)
    {
        _output.Write(mark);
        _followsValue = true;
    }

    private void Separate()
    {
        if (_followsValue)
            _output.Write(","u8);
        _followsValue = true;
    }

    private readonly void WriteEscape(byte b)
    {
        if (b >= 0x20)
            _output.Write([(byte)'\\', b]);
        else
            _output.Write([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', HexDigits[b >> 4], HexDigits[b & 0xF]]);
    }
}
