using System;

namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>Bytes that are added at the end, and taken back from it. Keeps its memory.</summary>
internal sealed class JournalBuffer
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>Some of the bytes, until the next are added.</summary>
    public ReadOnlyMemory<byte> Slice(JournalBytes bytes) => _bytes.AsMemory(bytes.Offset, bytes.Length);

    /// <summary>Room for so many bytes behind the end.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Array.Resize(ref _bytes, Math.Max(Length + count, 2 * _bytes.Length));
        return _bytes.AsSpan(Length);
    }

    /// <summary>Moves the end behind bytes that were written into the room.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Moves the end back.</summary>
    public void Truncate(int length) => Length = length;
}
