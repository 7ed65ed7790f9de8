using System;
using System.Buffers.Text;
using System.Text;

namespace Defender.Agent.Linux.State;

/// <summary>One flat JSON object in a buffer that is made once; a member that does not fit is left out. Not safe for several threads.</summary>
internal sealed class JsonLine(int capacity)
{
    // Room for the end of the object.
    private const int Reserve = 2;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    public void Begin()
    {
        _bytes[0] = (byte)'{';
        _length = 1;
    }

    public void End()
    {
        _bytes[_length++] = (byte)'}';
        _bytes[_length++] = (byte)'\n';
    }

    public void Add(string name, long value)
    {
        int start = _length;
        Span<byte> digits = stackalloc byte[20];
        if (!TryName(name) || !Utf8Formatter.TryFormat(value, digits, out int count) || !TryPut(digits[..count]))
            _length = start;
    }

    public void Add(string name, string text)
    {
        int start = _length;
        if (!TryName(name) || !TryText(text))
            _length = start;
    }

    private bool TryName(string name) => (_length == 1 || TryPut(","u8)) && TryText(name) && TryPut(":"u8);

    private bool TryText(string text)
    {
        if (!TryPut("\""u8))
            return false;

        Span<byte> encoded = stackalloc byte[4];
        int runes = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (runes++ == AgentStatus.MaxTextLength)
                break;

            bool fits = rune.Value switch
            {
                '"' => TryPut("\\\""u8),
                '\\' => TryPut("\\\\"u8),
                // What drives a terminal is not worth its escape.
                < 0x20 or (>= 0x7F and <= 0x9F) => TryPut(" "u8),
                _ => TryPut(encoded[..rune.EncodeToUtf8(encoded)]),
            };
            if (!fits)
                return false;
        }

        return TryPut("\""u8);
    }

    private bool TryPut(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _bytes.Length - Reserve - _length)
            return false;

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }
}
