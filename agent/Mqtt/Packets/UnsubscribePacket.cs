using System;

namespace Defender.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (MQTT 3.1.1, section 3.10); every filter was checked before the packet exists.</summary>
public readonly ref struct UnsubscribePacket
{
    private readonly ReadOnlySpan<byte> _filters;

    private UnsubscribePacket(ushort packetId, ReadOnlySpan<byte> filters, int count)
    {
        PacketId = packetId;
        _filters = filters;
        Count = count;
    }

    /// <summary>1 to 65,535; the UNSUBACK repeats it.</summary>
    public ushort PacketId { get; }

    /// <summary>Number of filters, at least one.</summary>
    public int Count { get; }

    /// <summary>Parses the body of an UNSUBSCRIBE; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out UnsubscribePacket packet, out MqttError error)
    {
        bool valid = FilterList.TryParse(body, withQoS: false, out FilterList list, out error);
        packet = valid ? new UnsubscribePacket(list.PacketId, body[FilterList.HeaderSize..], list.Count) : default;
        return valid;
    }

    /// <summary>Walks over the filters in the order of the packet; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(_filters);

    /// <summary>The walk of a <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private BodyReader _reader;

        internal Enumerator(ReadOnlySpan<byte> filters) => _reader = new BodyReader(filters);

        /// <summary>The filter the walk stands on, in UTF-8.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Steps on; false after the last filter.</summary>
        public bool MoveNext()
        {
            if (_reader.AtEnd || !_reader.TryReadBinary(out ReadOnlySpan<byte> filter))
            {
                return false;
            }

            Current = filter;
            return true;
        }
    }
}
