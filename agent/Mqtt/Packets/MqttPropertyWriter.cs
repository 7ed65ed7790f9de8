using System;

namespace Defender.Mqtt.Packets;

/// <summary>
/// Makes the properties of a packet or a will in a buffer of the caller. What the packet may not carry, what is out of range and what
/// does not fit into the buffer is a bug of the caller and throws.
/// </summary>
public ref struct MqttPropertyWriter
{
    private readonly Span<byte> _buffer;
    private readonly MqttPacketType _owner;
    private ulong _present;
    private int _length;
    private int _count;

    /// <summary>Starts the properties of a packet.</summary>
    /// <param name="owner">The type of the packet.</param>
    /// <param name="buffer">Room for all of them; a number takes up to 5 bytes, a string or binary data 3 and its own, a user property 5 and its own.</param>
    public MqttPropertyWriter(MqttPacketType owner, Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfEqual((int)owner, (int)MqttPacketType.None, nameof(owner));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)owner, (int)MqttPacketType.Auth, nameof(owner));
        _owner = owner;
        _buffer = buffer;
    }

    private MqttPropertyWriter(Span<byte> buffer)
    {
        _owner = PropertyTable.Will;
        _buffer = buffer;
    }

    /// <summary>What was added so far.</summary>
    public readonly MqttProperties Properties => new(_buffer[.._length], _owner, _present);

    /// <summary>Starts the properties of a will.</summary>
    /// <param name="buffer">Room for all of them.</param>
    public static MqttPropertyWriter ForWill(Span<byte> buffer) => new(buffer);

    /// <summary>Adds a property of one, two or four bytes or of a variable byte integer.</summary>
    /// <exception cref="ArgumentException">The property is of another type, not allowed here, there already, or out of its range; or the buffer is full.</exception>
    public void Add(MqttPropertyId id, uint value)
    {
        PropertyKind kind = PropertyTable.KindOf(id);
        int size = kind switch
        {
            PropertyKind.Flag when value <= byte.MaxValue => sizeof(byte),
            PropertyKind.UInt16 when value <= ushort.MaxValue => sizeof(ushort),
            PropertyKind.UInt32 => sizeof(uint),
            PropertyKind.VariableInteger when value <= MqttFraming.MaxRemainingLength => MqttWriter.SizeOf((int)value),
            _ => throw new ArgumentException($"Property {(byte)id} does not hold the number {value}.", nameof(id)),
        };
        int end = Reserve(id, size);
        if (kind == PropertyKind.VariableInteger)
        {
            MqttWriter.PutVariableInteger(_buffer, ref end, value);
        }
        else
        {
            for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
            {
                _buffer[end++] = (byte)(value >> shift);
            }
        }

        Accept(end);
    }

    /// <summary>Adds a string, in UTF-8, or binary data.</summary>
    /// <exception cref="ArgumentException">As with a number; also when the value is longer than 65,535 bytes.</exception>
    public void Add(MqttPropertyId id, ReadOnlySpan<byte> value)
    {
        if (PropertyTable.KindOf(id) is not (PropertyKind.Text or PropertyKind.Binary) || value.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"Property {(byte)id} does not hold {value.Length} bytes.", nameof(id));
        }

        int end = Reserve(id, sizeof(ushort) + value.Length);
        MqttWriter.Put(_buffer, ref end, value);
        Accept(end);
    }

    /// <summary>Adds a user property.</summary>
    /// <exception cref="ArgumentException">Name or value are not UTF-8 of at most 65,535 bytes; or the buffer is full.</exception>
    public void AddUserProperty(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.Length > ushort.MaxValue || value.Length > ushort.MaxValue)
        {
            throw new ArgumentException("Name and value of a user property are at most 65,535 bytes each.", nameof(name));
        }

        int end = Reserve(MqttPropertyId.UserProperty, sizeof(ushort) + name.Length + sizeof(ushort) + value.Length);
        MqttWriter.Put(_buffer, ref end, name);
        MqttWriter.Put(_buffer, ref end, value);
        Accept(end);
    }

    /// <summary>Starts a property behind the others; nothing of it counts before <see cref="Accept"/>.</summary>
    private readonly int Reserve(MqttPropertyId id, int valueSize)
    {
        if (_count == MqttProperties.MaxCount)
        {
            throw new ArgumentException($"There are {MqttProperties.MaxCount} properties already.", nameof(id));
        }

        if (1 + valueSize > _buffer.Length - _length)
        {
            throw new ArgumentException($"Property {(byte)id} does not fit into the {_buffer.Length - _length} bytes that are left.", nameof(id));
        }

        _buffer[_length] = (byte)id;
        return _length + 1;
    }

    // The rules are those of reading.
    private void Accept(int end)
    {
        var reader = new BodyReader(_buffer[_length..end]);
        ulong present = _present;
        if (!PropertyReader.TryReadChecked(ref reader, _owner, ref present))
        {
            throw new ArgumentException(reader.Error.Message);
        }

        _present = present;
        _length = end;
        _count++;
    }
}
