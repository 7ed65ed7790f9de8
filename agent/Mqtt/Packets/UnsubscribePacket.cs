using System;

namespace Defender.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (MQTT 3.1.1 and 5.0, section 3.10); every filter was checked before the packet exists.</summary>
public readonly ref struct UnsubscribePacket
{
    private readonly FilterList _list;

    private UnsubscribePacket(FilterList list) => _list = list;

    /// <summary>1 to 65,535; the UNSUBACK repeats it.</summary>
    public ushort PacketId => _list.PacketId;

    /// <summary>Number of filters, at least one; the UNSUBACK of MQTT 5.0 has as many codes.</summary>
    public int Count => _list.Count;

    /// <summary>MQTT 5.0: user properties; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties => _list.Properties;

    /// <summary>Parses the body of an UNSUBSCRIBE; allocates nothing.</summary>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet when the result is true.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="version">The version that CONNECT has settled.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> body, out UnsubscribePacket packet, out MqttError error, MqttVersion version = MqttVersion.V311)
    {
        bool valid = FilterList.TryParse(body, MqttPacketType.Unsubscribe, version, out FilterList list, out error);
        packet = valid ? new UnsubscribePacket(list) : default;
        return valid;
    }

    /// <summary>Walks over the filters in the order of the packet; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(_list.Entries);

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
