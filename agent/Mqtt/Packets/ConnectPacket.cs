using System;
using Defender.Mqtt.Topics;

namespace Defender.Mqtt.Packets;

/// <summary>CONNECT (MQTT 3.1.1 and 5.0, section 3.1); its spans point into the body it was parsed from.</summary>
public readonly ref struct ConnectPacket
{
    /// <summary>The protocol level of MQTT 3.1.1.</summary>
    public const byte Level311 = (byte)MqttVersion.V311;

    /// <summary>The protocol level of MQTT 5.0.</summary>
    public const byte Level5 = (byte)MqttVersion.V5;

    internal const int UserNameFlag = 0x80;
    internal const int PasswordFlag = 0x40;
    internal const int WillRetainFlag = 0x20;
    internal const int WillQoSShift = 3;
    internal const int WillFlag = 0x04;
    internal const int CleanSessionFlag = 0x02;
    private const int ReservedFlag = 0x01;

    /// <summary>Makes a CONNECT of level 4 without will, user name and password.</summary>
    public ConnectPacket() => ProtocolLevel = Level311;

    /// <summary>The protocol level; set also when parsing fails with <see cref="MqttErrorCode.ProtocolLevel"/>. 4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public byte ProtocolLevel { get; private init; }

    /// <summary>The same as a version; without meaning when it is neither 4 nor 5. Default MQTT 3.1.1.</summary>
    public MqttVersion Version
    {
        get => (MqttVersion)ProtocolLevel;
        init => ProtocolLevel = (byte)value;
    }

    /// <summary>MQTT 5.0: session expiry, receive maximum and the like; none with MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>Whether the session starts empty and ends with the connection. MQTT 5.0 calls it Clean Start: when it ends is a property.</summary>
    public bool CleanSession { get; init; }

    /// <summary>The longest silence of the client in seconds, 0 to 65,535; 0 turns the check off. The server waits one and a half times it.</summary>
    public ushort KeepAliveSeconds { get; init; }

    /// <summary>UTF-8, 0 to 65,535 bytes; empty asks the server to choose and in MQTT 3.1.1 needs a clean session.</summary>
    public ReadOnlySpan<byte> ClientId { get; init; }

    /// <summary>Whether a will is given.</summary>
    public bool HasWill { get; init; }

    /// <summary>The QoS of the will.</summary>
    public MqttQoS WillQoS { get; init; }

    /// <summary>Whether the will is retained.</summary>
    public bool WillRetain { get; init; }

    /// <summary>The topic name of the will; empty without a will.</summary>
    public ReadOnlySpan<byte> WillTopic { get; init; }

    /// <summary>The payload of the will, 0 to 65,535 bytes.</summary>
    public ReadOnlySpan<byte> WillMessage { get; init; }

    /// <summary>MQTT 5.0: the delay of the will and what is said of its message; none with MQTT 3.1.1 and without a will.</summary>
    public MqttProperties WillProperties { get; init; }

    /// <summary>Whether a user name is given; an empty one is not the same as none.</summary>
    public bool HasUserName { get; init; }

    /// <summary>UTF-8, 0 to 65,535 bytes.</summary>
    public ReadOnlySpan<byte> UserName { get; init; }

    /// <summary>Whether a password is given; an empty one is not the same as none. In MQTT 3.1.1 only together with a user name.</summary>
    public bool HasPassword { get; init; }

    /// <summary>Any bytes, 0 to 65,535.</summary>
    public ReadOnlySpan<byte> Password { get; init; }

    /// <summary>Parses the body of a CONNECT.</summary>
    /// <remarks>
    /// In MQTT 3.1.1 two errors have an answer before the connection is closed: <see cref="MqttErrorCode.ProtocolLevel"/> is CONNACK 1,
    /// <see cref="MqttErrorCode.IdentifierRejected"/> is CONNACK 2 and means that the packet is well-formed otherwise.
    /// In MQTT 5.0 a server may answer each with <see cref="MqttError.ReasonCode"/>; the packet's version then is set.
    /// </remarks>
    /// <param name="body">All bytes after the fixed header.</param>
    /// <param name="packet">The packet; on failure only its protocol level may be set, and the rest is not to be read.</param>
    /// <param name="error">The broken rule when the result is false.</param>
    /// <param name="acceptV5">Whether level 5 is read too; if not it is a <see cref="MqttErrorCode.ProtocolLevel"/> like any other.</param>
    public static bool TryParse(ReadOnlySpan<byte> body, out ConnectPacket packet, out MqttError error, bool acceptV5 = false)
    {
        var reader = new BodyReader(body);
        byte level = 0;
        MqttProperties properties = default;
        if (TryReadProtocol(ref reader, acceptV5, ref level)
            && TryReadFlags(ref reader, level, out byte flags)
            && reader.TryReadUInt16(out ushort keepAlive)
            && (level != Level5 || PropertyReader.TryReadProperties(ref reader, MqttPacketType.Connect, out properties))
            && reader.TryReadString(out ReadOnlySpan<byte> clientId)
            && TryReadWill(ref reader, flags, level, out Will will)
            && TryReadCredentials(ref reader, flags, out ReadOnlySpan<byte> userName, out ReadOnlySpan<byte> password)
            && reader.TryEnd()
            && CheckClientId(ref reader, clientId, flags, level))
        {
            packet = new ConnectPacket
            {
                ProtocolLevel = level,
                Properties = properties,
                CleanSession = (flags & CleanSessionFlag) != 0,
                KeepAliveSeconds = keepAlive,
                ClientId = clientId,
                HasWill = (flags & WillFlag) != 0,
                WillQoS = WillQoSOf(flags),
                WillRetain = (flags & WillRetainFlag) != 0,
                WillTopic = will.Topic,
                WillMessage = will.Message,
                WillProperties = will.Properties,
                HasUserName = (flags & UserNameFlag) != 0,
                UserName = userName,
                HasPassword = (flags & PasswordFlag) != 0,
                Password = password,
            };
            error = default;
            return true;
        }

        packet = new ConnectPacket { ProtocolLevel = level };
        error = reader.Error;
        return false;
    }

    private static MqttQoS WillQoSOf(byte flags) => (MqttQoS)((flags >> WillQoSShift) & 3);

    private static bool TryReadProtocol(scoped ref BodyReader reader, bool acceptV5, ref byte level)
    {
        if (!reader.TryReadString(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        if (!name.SequenceEqual("MQTT"u8))
        {
            return reader.Fail(MqttErrorCode.ProtocolName, "The protocol name of CONNECT is not MQTT.");
        }

        return reader.TryReadByte(out level)
            && (level == Level311 || (level == Level5 && acceptV5)
                || reader.Fail(MqttErrorCode.ProtocolLevel, acceptV5
                    ? "The protocol level is neither 4 (MQTT 3.1.1) nor 5 (MQTT 5.0)."
                    : "The protocol level is not 4 (MQTT 3.1.1)."));
    }

    private static bool TryReadFlags(scoped ref BodyReader reader, byte level, out byte flags)
    {
        if (!reader.TryReadByte(out flags))
        {
            return false;
        }

        if ((flags & ReservedFlag) != 0)
        {
            return reader.Fail(MqttErrorCode.ConnectFlags, "The reserved flag of CONNECT is set.");
        }

        if ((flags & WillFlag) == 0 && (flags & (WillRetainFlag | 3 << WillQoSShift)) != 0)
        {
            return reader.Fail(MqttErrorCode.ConnectFlags, "CONNECT sets a QoS or retain for a will that it does not have.");
        }

        if (WillQoSOf(flags) > MqttQoS.ExactlyOnce)
        {
            return reader.Fail(MqttErrorCode.InvalidQoS, "The QoS of the will is 3.");
        }

        // v5 section 3.1.2.9: MQTT 5.0 allows a password alone.
        return level == Level5 || (flags & (UserNameFlag | PasswordFlag)) != PasswordFlag
            || reader.Fail(MqttErrorCode.ConnectFlags, "CONNECT has a password but no user name.");
    }

    private static bool TryReadWill(scoped ref BodyReader reader, byte flags, byte level, out Will will)
    {
        will = default;
        if ((flags & WillFlag) == 0)
        {
            return true;
        }

        MqttProperties properties = default;
        if ((level != Level5 || PropertyReader.TryReadProperties(ref reader, PropertyTable.Will, out properties))
            && reader.TryReadString(out ReadOnlySpan<byte> topic)
            && (TopicName.HasValidGrammar(topic)
                || reader.Fail(MqttErrorCode.InvalidTopicName, "The topic of the will is empty or holds a wildcard."))
            && reader.TryReadBinary(out ReadOnlySpan<byte> message))
        {
            will = new Will { Properties = properties, Topic = topic, Message = message };
            return true;
        }

        return false;
    }

    private static bool TryReadCredentials(
        scoped ref BodyReader reader, byte flags, out ReadOnlySpan<byte> userName, out ReadOnlySpan<byte> password)
    {
        userName = default;
        password = default;
        return ((flags & UserNameFlag) == 0 || reader.TryReadString(out userName))
            && ((flags & PasswordFlag) == 0 || reader.TryReadBinary(out password));
    }

    private static bool CheckClientId(scoped ref BodyReader reader, ReadOnlySpan<byte> clientId, byte flags, byte level)
        => level == Level5 || !clientId.IsEmpty || (flags & CleanSessionFlag) != 0
            || reader.Fail(MqttErrorCode.IdentifierRejected, "An empty client identifier needs a clean session.");

    private readonly ref struct Will
    {
        public MqttProperties Properties { get; init; }

        public ReadOnlySpan<byte> Topic { get; init; }

        public ReadOnlySpan<byte> Message { get; init; }
    }
}
