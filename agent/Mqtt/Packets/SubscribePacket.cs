using System;

namespace Defender.Mqtt.Packets;

/// <summary>SUBSCRIBE (MQTT 3.1.1, section 3.8); every entry was checked before the packet exists.</summary>
public readonly ref struct SubscribePacket
{
    private readonly ReadOnlySpan<byte> _entries;

    private SubscribePacket(ushort packetId, ReadOnlySpan<byte> entries, int count)
    {
        PacketId = packetId;
        _entries = entries;
        Count = count;
    }

    /// <summary>1 to 65,535; the SUBACK repeats it.</summary>
    public ushort PacketId { get; }

    /// <summary>Number of entries, at least one; the SUBACK has as many codes.</summary>
    public int Count { get; }

    /// <summary>Parses the body of a SUBSCRIBE; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out SubscribePacket packet, out MqttError error)
    {
        bool valid = FilterList.TryParse(body, withQoS: true, out FilterList list, out error);
        packet = valid ? new SubscribePacket(list.PacketId, body[FilterList.HeaderSize..], list.Count) : default;
        return valid;
    }

    /// <summary>Walks over the entries in the order of the packet; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(_entries);

    /// <summary>The walk of a <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private BodyReader _reader;

        internal Enumerator(ReadOnlySpan<byte> entries) => _reader = new BodyReader(entries);

        /// <summary>The entry the walk stands on.</summary>
        public TopicSubscription Current { get; private set; }

        /// <summary>Steps on; false after the last entry.</summary>
        public bool MoveNext()
        {
            if (_reader.AtEnd || !_reader.TryReadBinary(out ReadOnlySpan<byte> filter) || !_reader.TryReadByte(out byte qos))
            {
                return false;
            }

            Current = new TopicSubscription { Filter = filter, QoS = (MqttQoS)qos };
            return true;
        }
    }
}
