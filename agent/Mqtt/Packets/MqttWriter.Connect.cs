using System;
using System.Buffers;
using System.Text.Unicode;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

public static partial class MqttWriter
{
    /// <summary>Writes a CONNECT of the packet's version.</summary>
    /// <exception cref="ArgumentException">A field breaks the rules of section 3.1; the message names it.</exception>
    public static void WriteConnect(IBufferWriter<byte> output, in ConnectPacket packet)
    {
        CheckConnect(packet);
        int flags = (packet.CleanSession ? ConnectPacket.CleanSessionFlag : 0)
            | (packet.HasWill ? ConnectPacket.WillFlag | (int)packet.WillQoS << ConnectPacket.WillQoSShift : 0)
            | (packet.WillRetain ? ConnectPacket.WillRetainFlag : 0)
            | (packet.HasUserName ? ConnectPacket.UserNameFlag : 0)
            | (packet.HasPassword ? ConnectPacket.PasswordFlag : 0);
        bool isV5 = packet.Version == MqttVersion.V5;
        int remaining = 10 + 2 + packet.ClientId.Length
            + (isV5 ? SizeOf(packet.Properties) + (packet.HasWill ? SizeOf(packet.WillProperties) : 0) : 0)
            + (packet.HasWill ? 2 + packet.WillTopic.Length + 2 + packet.WillMessage.Length : 0)
            + (packet.HasUserName ? 2 + packet.UserName.Length : 0)
            + (packet.HasPassword ? 2 + packet.Password.Length : 0);

        Span<byte> span = Begin(output, MqttPacketType.Connect, 0, remaining, remaining, out int position);
        Put(span, ref position, "MQTT"u8);
        span[position++] = packet.ProtocolLevel;
        span[position++] = (byte)flags;
        Put(span, ref position, packet.KeepAliveSeconds);
        if (isV5)
        {
            Put(span, ref position, packet.Properties);
        }

        Put(span, ref position, packet.ClientId);
        if (packet.HasWill)
        {
            if (isV5)
            {
                Put(span, ref position, packet.WillProperties);
            }

            Put(span, ref position, packet.WillTopic);
            Put(span, ref position, packet.WillMessage);
        }

        if (packet.HasUserName)
        {
            Put(span, ref position, packet.UserName);
        }

        if (packet.HasPassword)
        {
            Put(span, ref position, packet.Password);
        }

        output.Advance(position);
    }

    private static void CheckConnect(in ConnectPacket packet)
    {
        bool isV5 = packet.ProtocolLevel == ConnectPacket.Level5;
        Check(
            isV5 || packet.ProtocolLevel == ConnectPacket.Level311, "The protocol level must be 4 or 5: make the packet with its constructor.");
        Check(isV5 || (packet.Properties.IsEmpty && packet.WillProperties.IsEmpty), "MQTT 3.1.1 has no properties.");
        Check(packet.HasWill || packet.WillProperties.IsEmpty, "Properties of a will need a will.");
        CheckProperties(packet.Properties, MqttPacketType.Connect);
        CheckProperties(packet.WillProperties, PropertyTable.Will);
        Check(IsText(packet.ClientId), "The client identifier must be at most 65,535 bytes of UTF-8 without U+0000.");
        Check(isV5 || !packet.ClientId.IsEmpty || packet.CleanSession, "An empty client identifier needs a clean session.");
        Check(packet.HasWill || (packet.WillQoS == 0 && !packet.WillRetain), "QoS and retain of a will need a will.");
        Check(packet.WillQoS <= MqttQoS.ExactlyOnce, "The QoS of a will is 0, 1 or 2.");
        Check(!packet.HasWill || TopicName.IsValid(packet.WillTopic), "The topic of the will must be a topic name.");
        Check(packet.WillMessage.Length <= ushort.MaxValue, "The message of a will is at most 65,535 bytes.");
        Check(IsText(packet.UserName), "The user name must be at most 65,535 bytes of UTF-8 without U+0000.");
        Check(isV5 || packet.HasUserName || !packet.HasPassword, "A password needs a user name.");
        Check(packet.Password.Length <= ushort.MaxValue, "A password is at most 65,535 bytes.");

        static void Check(bool holds, string rule)
        {
            if (!holds)
            {
                throw new ArgumentException(rule, nameof(packet));
            }
        }
    }

    private static bool IsText(ReadOnlySpan<byte> value)
        => value.Length <= ushort.MaxValue && !value.Contains((byte)0) && Utf8.IsValid(value);
}
