using System;

namespace Defender.Mqtt.Packets;

/// <summary>The bytes of each property that a server passes on, in order.</summary>
internal ref struct ForwardedProperties(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private BodyReader _reader = new(bytes);

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly ForwardedProperties GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!_reader.AtEnd)
        {
            int start = _bytes.Length - _reader.Left;
            if (!PropertyReader.TryRead(ref _reader, out MqttProperty property))
            {
                return false;
            }

            if ((PropertyTable.Forwardable >> (int)property.Id & 1) != 0)
            {
                Current = _bytes[start..(_bytes.Length - _reader.Left)];
                return true;
            }
        }

        return false;
    }
}
