using System;

namespace Defender.Mqtt.Packets;

/// <summary>
/// The properties of a packet or of a will (MQTT 5.0, section 2.2.2), as their bytes: checked once when they were read or made, read
/// without allocation. The default value is none, which is also what MQTT 3.1.1 has.
/// </summary>
public readonly ref struct MqttProperties
{
    /// <summary>The most properties of one packet or will: 64, a limit of this codec; more are refused when they are read.</summary>
    public const int MaxCount = 64;

    private readonly ulong _present;

    internal MqttProperties(ReadOnlySpan<byte> bytes, MqttPacketType owner, ulong present)
    {
        Bytes = bytes;
        Owner = owner;
        _present = present;
    }

    /// <summary>The properties as they are on the wire, without the length in front of them.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>Bytes of those that a server passes on to subscribers: what <see cref="CopyForwardedTo"/> writes.</summary>
    public int ForwardedLength
    {
        get
        {
            if ((_present & ~PropertyTable.Forwardable) == 0)
            {
                return Bytes.Length;
            }

            int length = 0;
            foreach (ReadOnlySpan<byte> property in Forwarded)
            {
                length += property.Length;
            }

            return length;
        }
    }

    /// <summary>The packet type that they are valid in; <see cref="PropertyTable.Will"/> for a will.</summary>
    internal MqttPacketType Owner { get; }

    internal ForwardedProperties Forwarded => new(Bytes);

    /// <summary>Takes bytes back that <see cref="CopyForwardedTo"/> wrote, as properties of a PUBLISH; they are not checked again.</summary>
    /// <param name="bytes">Bytes of properties that were checked; other bytes end at the first that is no property.</param>
    public static MqttProperties Stored(ReadOnlySpan<byte> bytes)
    {
        ulong present = 0;
        foreach (MqttProperty property in new MqttProperties(bytes, MqttPacketType.Publish, 0))
        {
            present |= 1UL << (int)property.Id;
        }

        return new MqttProperties(bytes, MqttPacketType.Publish, present);
    }

    /// <summary>Whether a property is there.</summary>
    public bool Contains(MqttPropertyId id) => (int)id < 64 && (_present >> (int)id & 1) != 0;

    /// <summary>Gives the value of a property of one, two or four bytes or of a variable byte integer: the first, if it may repeat.</summary>
    /// <returns>False when there is no such property.</returns>
    public bool TryGetUInt32(MqttPropertyId id, out uint value)
    {
        bool isFound = TryFind(id, out MqttProperty property);
        value = property.Number;
        return isFound;
    }

    /// <summary>Gives the value of a string (in UTF-8) or of binary data.</summary>
    /// <returns>False when there is no such property.</returns>
    public bool TryGetBytes(MqttPropertyId id, out ReadOnlySpan<byte> value)
    {
        bool isFound = TryFind(id, out MqttProperty property);
        value = property.Value;
        return isFound;
    }

    /// <summary>Copies, in their order, the properties that a server passes on to subscribers: no topic alias, subscription identifier or will delay.</summary>
    /// <param name="destination">At least <see cref="ForwardedLength"/> bytes.</param>
    /// <returns>The number of bytes written.</returns>
    public int CopyForwardedTo(Span<byte> destination)
    {
        int position = 0;
        foreach (ReadOnlySpan<byte> property in Forwarded)
        {
            property.CopyTo(destination[position..]);
            position += property.Length;
        }

        return position;
    }

    /// <summary>Walks over the properties in the order of the packet; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(Bytes);

    private bool TryFind(MqttPropertyId id, out MqttProperty property)
    {
        if (Contains(id))
        {
            foreach (MqttProperty candidate in this)
            {
                if (candidate.Id == id)
                {
                    property = candidate;
                    return true;
                }
            }
        }

        property = default;
        return false;
    }

    /// <summary>The walk of a <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private BodyReader _reader;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _reader = new BodyReader(bytes);

        /// <summary>The property the walk stands on.</summary>
        public MqttProperty Current { get; private set; }

        /// <summary>Steps on; false after the last property.</summary>
        public bool MoveNext()
        {
            if (_reader.AtEnd || !PropertyReader.TryRead(ref _reader, out MqttProperty property))
            {
                return false;
            }

            Current = property;
            return true;
        }
    }
}
