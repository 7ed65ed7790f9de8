using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using System.Threading.Tasks;
using Defender.Mqtt;
using Defender.Mqtt.Packets;

namespace Defender.Gateway.Tests.Running;

/// <summary>A client of either version that speaks in single packets and acknowledges nothing by itself.</summary>
internal sealed class PacketPeer : IDisposable
{
    private readonly RawPeer _peer;

    private PacketPeer(RawPeer peer, MqttVersion version)
    {
        _peer = peer;
        Version = version;
    }

    public delegate void Properties(ref MqttPropertyWriter properties);

    public MqttVersion Version { get; }

    /// <summary>What CONNACK said.</summary>
    public Received ConnAck { get; private set; } = null!;

    /// <summary>Connects, whatever the answer is.</summary>
    public static async Task<PacketPeer> ConnectAsync(
        TestGateway gateway,
        string clientId,
        MqttVersion version = MqttVersion.V5,
        bool cleanStart = true,
        Properties? properties = null,
        (string Topic, string Message)? will = null,
        Properties? willProperties = null,
        bool willRetain = false,
        MqttQoS willQoS = MqttQoS.AtMostOnce,
        string? userName = null,
        ushort keepAlive = 0)
    {
        var peer = new PacketPeer(await gateway.OpenAsync(), version);
        await peer._peer.SendAsync(RawPeer.Packet(output =>
        {
            var own = new MqttPropertyWriter(MqttPacketType.Connect, new byte[500]);
            properties?.Invoke(ref own);
            var ofWill = MqttPropertyWriter.ForWill(new byte[500]);
            willProperties?.Invoke(ref ofWill);
            MqttWriter.WriteConnect(output, new ConnectPacket
            {
                Version = version,
                ClientId = Encoding.UTF8.GetBytes(clientId),
                CleanSession = cleanStart,
                KeepAliveSeconds = keepAlive,
                HasUserName = userName is not null,
                UserName = Encoding.UTF8.GetBytes(userName ?? ""),
                HasPassword = userName is not null,
                Password = Encoding.UTF8.GetBytes(PasswordOf(userName ?? "")),
                Properties = own.Properties,
                HasWill = will is not null,
                WillTopic = Encoding.UTF8.GetBytes(will?.Topic ?? ""),
                WillMessage = Encoding.UTF8.GetBytes(will?.Message ?? ""),
                WillProperties = ofWill.Properties,
                WillRetain = willRetain,
                WillQoS = willQoS,
            });
        }));
        peer.ConnAck = await peer.ReadAsync();
        return peer;
    }

    /// <summary>The password that a user has in tests.</summary>
    public static string PasswordOf(string userName) => $"secret of {userName}";

    public Task SendAsync(Action<IBufferWriter<byte>> write) => _peer.SendAsync(RawPeer.Packet(write));

    public Task SendBytesAsync(params byte[] bytes) => _peer.SendAsync(bytes);

    /// <summary>PUBLISH.</summary>
    public Task PublishAsync(
        string topic, string payload, MqttQoS qos = MqttQoS.AtMostOnce, ushort packetId = 0, bool retain = false, bool dup = false, Properties? properties = null) =>
        SendAsync(output =>
        {
            var own = new MqttPropertyWriter(MqttPacketType.Publish, new byte[2000]);
            properties?.Invoke(ref own);
            MqttWriter.WritePublish(
                output,
                new PublishPacket
                {
                    Topic = Encoding.UTF8.GetBytes(topic),
                    Payload = Encoding.UTF8.GetBytes(payload),
                    QoS = qos,
                    PacketId = packetId,
                    Retain = retain,
                    Dup = dup,
                    Properties = own.Properties,
                },
                Version);
        });

    /// <summary>PUBLISH at QoS 1, and its PUBACK.</summary>
    public async Task<Received> PublishAckedAsync(string topic, string payload, bool retain = false, Properties? properties = null)
    {
        await PublishAsync(topic, payload, MqttQoS.AtLeastOnce, 77, retain, properties: properties);
        Received answer = await ReadAsync();
        return answer.Type == MqttPacketType.PubAck ? answer : throw new InvalidOperationException($"{answer.Type} instead of PUBACK");
    }

    /// <summary>SUBSCRIBE to one filter, and the code of its SUBACK.</summary>
    public async Task<MqttReasonCode> SubscribeAsync(string filter, SubscriptionOptions options, uint identifier = 0)
    {
        await SendAsync(output =>
        {
            if (Version != MqttVersion.V5)
            {
                MqttWriter.WriteSubscribe(output, 5, (filter, options.QoS));
                return;
            }

            var own = new MqttPropertyWriter(MqttPacketType.Subscribe, new byte[20]);
            if (identifier != 0)
                own.Add(MqttPropertyId.SubscriptionIdentifier, identifier);
            MqttWriter.WriteSubscribe(output, 5, own.Properties, (filter, options));
        });
        Received answer = await ReadAsync();
        return answer.Type == MqttPacketType.SubAck
            ? (MqttReasonCode)answer.Body[^1]
            : throw new InvalidOperationException($"{answer.Type} instead of SUBACK");
    }

    /// <summary>The next packet, whole.</summary>
    public async Task<Received> ReadAsync()
    {
        byte first = (await _peer.ReadAsync(1))[0];
        int length = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = (await _peer.ReadAsync(1))[0];
            length |= (next & 0x7F) << shift;
            if (next < 0x80)
                break;
        }

        return new Received((MqttPacketType)(first >> 4), (byte)(first & 15), await _peer.ReadAsync(length), Version);
    }

    /// <summary>The next packet has to be a PUBLISH.</summary>
    public async Task<Received> ReadPublishAsync()
    {
        Received packet = await ReadAsync();
        return packet.Type == MqttPacketType.Publish ? packet : throw new InvalidOperationException($"{packet.Type} instead of PUBLISH");
    }

    /// <summary>Nothing has come: the answer to a ping is next.</summary>
    public async Task NothingCameAsync()
    {
        await SendBytesAsync(0xC0, 0);
        Received packet = await ReadAsync();
        if (packet.Type != MqttPacketType.PingResp)
            throw new InvalidOperationException($"{packet.Type} came: {packet.Text}");
    }

    /// <summary>The next packet is a DISCONNECT, behind which the gateway closes; its reason.</summary>
    public async Task<MqttReasonCode> ReadFarewellAsync()
    {
        Received packet = await ReadAsync();
        byte[] rest = await _peer.ReadToCloseAsync();
        return packet.Type == MqttPacketType.Disconnect && rest.Length == 0
            ? packet.Code
            : throw new InvalidOperationException($"{packet.Type} and {rest.Length} bytes instead of DISCONNECT");
    }

    /// <summary>What comes until the gateway closes.</summary>
    public Task<byte[]> ReadToCloseAsync() => _peer.ReadToCloseAsync();

    /// <summary>PUBACK and the like.</summary>
    public Task AcknowledgeAsync(MqttPacketType type, ushort packetId) =>
        SendBytesAsync((byte)(((int)type << 4) | (type == MqttPacketType.PubRel ? 2 : 0)), 2, (byte)(packetId >> 8), (byte)packetId);

    /// <summary>DISCONNECT, and the close.</summary>
    public async Task DisconnectAsync()
    {
        await SendBytesAsync(0xE0, 0);
        await _peer.ReadToCloseAsync();
    }

    public void Dispose() => _peer.Dispose();

    /// <summary>A packet that was read.</summary>
    internal sealed record Received(MqttPacketType Type, byte Flags, byte[] Body, MqttVersion Version)
    {
        public bool Retain => (Flags & 1) != 0;

        public bool Dup => (Flags & 8) != 0;

        public MqttQoS QoS => (MqttQoS)((Flags >> 1) & 3);

        /// <summary>The payload of a PUBLISH.</summary>
        public string Text => Parse(static packet => Encoding.UTF8.GetString(packet.Payload));

        public string Topic => Parse(static packet => Encoding.UTF8.GetString(packet.Topic));

        public ushort PacketId => Parse(static packet => packet.PacketId);

        /// <summary>The first number of a property of a PUBLISH; null when there is none.</summary>
        public uint? Number(MqttPropertyId id) => Parse(packet => packet.Properties.TryGetUInt32(id, out uint value) ? value : (uint?)null);

        /// <summary>All properties of a PUBLISH, as text.</summary>
        public string Properties => Parse(static packet =>
        {
            List<string> all = [];
            foreach (MqttProperty property in packet.Properties)
            {
                all.Add(property.Value.IsEmpty && property.Name.IsEmpty
                    ? $"{property.Id}={property.Number}"
                    : $"{property.Id}={(property.Name.IsEmpty ? "" : Encoding.UTF8.GetString(property.Name) + ":")}{Encoding.UTF8.GetString(property.Value)}");
            }

            return string.Join(' ', all);
        });

        /// <summary>The reason code of CONNACK, an acknowledgement or DISCONNECT.</summary>
        public MqttReasonCode Code => Type switch
        {
            MqttPacketType.ConnAck => (MqttReasonCode)Body[1],
            MqttPacketType.Disconnect => Body.Length == 0 ? MqttReasonCode.Success : (MqttReasonCode)Body[0],
            _ => Body.Length < 3 ? MqttReasonCode.Success : (MqttReasonCode)Body[2],
        };

        public bool IsSessionPresent => Type == MqttPacketType.ConnAck && Body[0] == 1;

        /// <summary>The number of a property of CONNACK; null when there is none.</summary>
        public uint? ConnAckNumber(MqttPropertyId id) =>
            ConnAckPacket.TryParse(Body, out ConnAckPacket packet, out _, Version) && packet.Properties.TryGetUInt32(id, out uint value) ? value : null;

        /// <summary>The text of a property of CONNACK; null when there is none.</summary>
        public string? ConnAckText(MqttPropertyId id) =>
            ConnAckPacket.TryParse(Body, out ConnAckPacket packet, out _, Version) && packet.Properties.TryGetBytes(id, out ReadOnlySpan<byte> value)
                ? Encoding.UTF8.GetString(value)
                : null;

        private T Parse<T>(Reader<T> read) =>
            Type == MqttPacketType.Publish && PublishPacket.TryParse(Flags, Body, out PublishPacket packet, out _, Version, fromServer: true)
                ? read(packet)
                : throw new InvalidOperationException($"{Type} is not a PUBLISH that can be read");

        private delegate T Reader<T>(PublishPacket packet);
    }
}
