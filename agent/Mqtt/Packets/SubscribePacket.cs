using System;

namespace Defender.Mqtt.Packets;

/// <summary>SUBSCRIBE (MQTT 3.1.1 and 5.0, section 3.8); every entry was checked before the packet exists.</summary>
public readonly ref struct SubscribePacket
{
    private readonly FilterList _list;

    private SubscribePacket(FilterList list) => _list = list;

    /// <summary>1 to 65,535; the SUBACK repeats it.</summary>
    public ushort PacketId => _list.PacketId;

    /// <summary>Number of entries, at least one; the SUBACK has as many codes.</summary>
    public int Count => _list.Count;

    /// <summary>MQTT 5.0: subscription identifier and user properties; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties => _list.Properties;

    /// <summary>Parses the body of a SUBSCRIBE; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, out SubscribePacket packet, out MqttError error, MqttVersion version = MqttVersion.V311)
    {
        bool valid = FilterList.TryParse(body, MqttPacketType.Subscribe, version, out FilterList list, out error);
        packet = valid ? new SubscribePacket(list) : default;
        return valid;
    }

    /// <summary>Walks over the entries in the order of the packet; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(_list.Entries);

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
            if (_reader.AtEnd || !_reader.TryReadBinary(out ReadOnlySpan<byte> filter) || !_reader.TryReadByte(out byte options))
            {
                return false;
            }

            Current = new TopicSubscription { Filter = filter, Options = SubscriptionOptions.FromByte(options) };
            return true;
        }
    }
}
