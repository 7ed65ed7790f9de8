using System;
using System.Text;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>Properties as tests write them: numbers as uint, strings, byte arrays, pairs of strings.</summary>
internal static class WrittenProperties
{
    public static MqttProperties Of(MqttPacketType owner, params (MqttPropertyId Id, object Value)[] properties)
        => Write(new MqttPropertyWriter(owner, new byte[20_000]), properties);

    public static MqttProperties OfWill(params (MqttPropertyId Id, object Value)[] properties)
        => Write(MqttPropertyWriter.ForWill(new byte[20_000]), properties);

    private static MqttProperties Write(MqttPropertyWriter writer, (MqttPropertyId Id, object Value)[] properties)
    {
        foreach ((MqttPropertyId id, object value) in properties)
        {
            switch (value)
            {
                case uint number:
                    writer.Add(id, number);
                    break;
                case string text:
                    writer.Add(id, Encoding.UTF8.GetBytes(text));
                    break;
                case byte[] bytes:
                    writer.Add(id, bytes);
                    break;
                case (string name, string text):
                    writer.AddUserProperty(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    throw new ArgumentException($"No property has a value like {value}.", nameof(properties));
            }
        }

        return writer.Properties;
    }
}
