using System;
using System.Buffers;

namespace Defender.Mqtt.Packets;

/// <summary>A packet's body as contiguous memory. Dispose it once, when no packet parsed from it is used any more.</summary>
public ref struct MqttBody
{
    private byte[]? _rented;

    internal MqttBody(scoped in ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
        {
            Span = body.FirstSpan;
            return;
        }

        // Length is bounded by the limit that the frame was read with.
        int length = (int)body.Length;
        _rented = ArrayPool<byte>.Shared.Rent(length);
        body.CopyTo(_rented);
        Span = _rented.AsSpan(0, length);
    }

    /// <summary>The bytes of the body; empty after dispose.</summary>
    public ReadOnlySpan<byte> Span { get; private set; }

    /// <summary>Returns the pooled array, if one was needed.</summary>
    public void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            // CONNECT carries passwords: nothing of it stays in the pool.
            rented.AsSpan(0, Span.Length).Clear();
            ArrayPool<byte>.Shared.Return(rented);
        }

        Span = default;
    }
}
