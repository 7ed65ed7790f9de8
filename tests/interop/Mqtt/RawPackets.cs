using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;

namespace Defender.Interop.Tests.Mqtt;

/// <summary>Packets of a client, put together here byte by byte: nothing of the product's own codec is in them.</summary>
internal static class RawPackets
{
    public const byte ConnAck = 0x20;
    public const byte PubAck = 0x40;
    public const byte SubAck = 0x90;
    public const byte PingResp = 0xD0;
    public const byte Disconnect = 0xE0;

    public static byte[] PingReq { get; } = [0xC0, 0];

    public static byte[] Connect(string clientId, bool isV5 = false, ushort keepAlive = 60, bool clean = true)
    {
        List<byte> body = [0, 4, .. "MQTT"u8, (byte)(isV5 ? 5 : 4), (byte)(clean ? 2 : 0), (byte)(keepAlive >> 8), (byte)keepAlive];
        if (isV5)
            body.AddRange(clean ? [0] : [5, 0x11, 0, 0, 1, 0x2C]); // Session Expiry Interval: 300 s.
        Add(body, clientId);
        return Frame(0x10, body);
    }

    public static byte[] Publish(string topic, ReadOnlySpan<byte> payload, ushort packetId, bool isV5 = false)
    {
        List<byte> body = [];
        Add(body, topic);
        if (packetId > 0)
            body.AddRange([(byte)(packetId >> 8), (byte)packetId]);
        if (isV5)
            body.Add(0);
        body.AddRange(payload);
        return Frame((byte)(packetId > 0 ? 0x32 : 0x30), body);
    }

    public static byte[] Subscribe(string filter, byte qos, bool isV5 = false)
    {
        List<byte> body = [0, 1];
        if (isV5)
            body.Add(0);
        Add(body, filter);
        body.Add(qos);
        return Frame(0x82, body);
    }

    private static void Add(List<byte> body, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        body.AddRange(length);
        body.AddRange(bytes);
    }

    private static byte[] Frame(byte first, List<byte> body)
    {
        List<byte> frame = [first];
        for (int left = body.Count; ; left >>= 7)
        {
            frame.Add((byte)(left > 127 ? (left & 127) | 128 : left));
            if (left <= 127)
                break;
        }

        frame.AddRange(body);
        return [.. frame];
    }
}
