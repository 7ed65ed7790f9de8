using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>Reads properties: their shape, then the rules of their values (MQTT 5.0, section 2.2.2).</summary>
internal static class PropertyReader
{
    /// <summary>Reads length and properties of a packet or a will, each checked, in one pass.</summary>
    public static bool TryReadProperties(scoped ref BodyReader reader, MqttPacketType owner, out MqttProperties properties)
    {
        properties = default;
        if (!reader.TryReadVariableInteger(out uint length) || !reader.TryReadBytes((int)length, out ReadOnlySpan<byte> section))
        {
            return false;
        }

        var inner = new BodyReader(section);
        ulong present = 0;
        for (int count = 0; !inner.AtEnd; count++)
        {
            // CVE-2021-41039: bytes alone are no measure of the work.
            if (count == MqttProperties.MaxCount)
            {
                return reader.Fail(MqttErrorCode.TooManyProperties, "There are more than 64 properties.");
            }

            if (!TryReadChecked(ref inner, owner, ref present))
            {
                return reader.Fail(inner.Error);
            }
        }

        properties = new MqttProperties(section, owner, present);
        return !properties.Contains(MqttPropertyId.AuthenticationData) || properties.Contains(MqttPropertyId.AuthenticationMethod)
            || reader.Fail(MqttErrorCode.PropertyValue, "Authentication data needs an authentication method.");
    }

    /// <summary>Reads the next property and checks it against those before.</summary>
    public static bool TryReadChecked(scoped ref BodyReader reader, MqttPacketType owner, ref ulong present)
    {
        if (!TryRead(ref reader, out MqttProperty property))
        {
            return false;
        }

        ulong bit = 1UL << (int)property.Id;
        if (!PropertyTable.IsAllowed(property.Id, owner))
        {
            return FailNotAllowed(ref reader);
        }

        if ((present & bit) != 0 && !PropertyTable.MayRepeat(property.Id, owner))
        {
            return reader.Fail(MqttErrorCode.DuplicateProperty, "A property that may come once comes twice.");
        }

        present |= bit;
        return CheckValue(ref reader, property);
    }

    /// <summary>Reads the next property by its shape only; enough where it was checked before.</summary>
    public static bool TryRead(scoped ref BodyReader reader, out MqttProperty property)
    {
        property = default;
        // An identifier is a variable byte integer, and each that there is has one byte.
        if (!reader.TryReadByte(out byte first))
        {
            return false;
        }

        var id = (MqttPropertyId)first;
        uint number = 0;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        bool isRead = PropertyTable.KindOf(id) switch
        {
            PropertyKind.Flag => TryReadFlag(ref reader, out number),
            PropertyKind.UInt16 => TryReadUInt16(ref reader, out number),
            PropertyKind.UInt32 => reader.TryReadUInt32(out number),
            PropertyKind.VariableInteger => reader.TryReadVariableInteger(out number),
            PropertyKind.Text or PropertyKind.Binary => reader.TryReadBinary(out value),
            PropertyKind.TextPair => reader.TryReadBinary(out name) && reader.TryReadBinary(out value),
            _ => FailNotAllowed(ref reader),
        };
        property = new MqttProperty { Id = id, Number = number, Name = name, Value = value };
        return isRead;
    }

    private static bool CheckValue(scoped ref BodyReader reader, scoped in MqttProperty property)
    {
        switch (PropertyTable.KindOf(property.Id))
        {
            case PropertyKind.Flag:
                return property.Number <= 1 || reader.Fail(MqttErrorCode.PropertyValue, "A property that is 0 or 1 has another value.");
            case PropertyKind.Text:
                return reader.CheckText(property.Value)
                    && (property.Id != MqttPropertyId.ResponseTopic || TopicName.HasValidGrammar(property.Value)
                        || reader.Fail(MqttErrorCode.PropertyValue, "The response topic is empty or holds a wildcard."));
            case PropertyKind.TextPair:
                return reader.CheckText(property.Name) && reader.CheckText(property.Value);
        }

        return property.Number != 0 || property.Id switch
        {
            MqttPropertyId.TopicAlias => reader.Fail(MqttErrorCode.TopicAlias, "The topic alias is 0."),
            MqttPropertyId.ReceiveMaximum or MqttPropertyId.MaximumPacketSize or MqttPropertyId.SubscriptionIdentifier
                => reader.Fail(MqttErrorCode.PropertyValue, "Receive maximum, maximum packet size or a subscription identifier is 0."),
            _ => true,
        };
    }

    private static bool TryReadFlag(scoped ref BodyReader reader, out uint number)
    {
        bool isRead = reader.TryReadByte(out byte value);
        number = value;
        return isRead;
    }

    private static bool TryReadUInt16(scoped ref BodyReader reader, out uint number)
    {
        bool isRead = reader.TryReadUInt16(out ushort value);
        number = value;
        return isRead;
    }

    private static bool FailNotAllowed(scoped ref BodyReader reader)
        => reader.Fail(MqttErrorCode.PropertyNotAllowed, "MQTT 5.0 does not know such a property, or not in this packet.");
}
