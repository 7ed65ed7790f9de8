using System;

namespace Defender.Evaluator.Reports.Wire;

/// <summary>
/// Where a string is put together whose bytes do not stand in the payload as they are: one with escapes (JSON) or in
/// chunks (CBOR). It grows to the longest such string, which is shorter than its payload.
/// </summary>
internal sealed class TextScratch
{
    private byte[] _bytes = new byte[256];

    /// <summary>Room for a string of at most this many bytes; what was there before is lost.</summary>
    public Span<byte> Rent(int length)
    {
        if (_bytes.Length < length)
            _bytes = new byte[Math.Max(length, _bytes.Length * 2)];
        return _bytes.AsSpan(0, length);
    }
}
