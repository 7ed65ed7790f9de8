using System;
using System.Buffers;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class FramingTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public void The_first_byte_alone_decides_whether_the_connection_goes_on(MqttVersion version)
    {
        // Table 2.2: type, required flags. PUBLISH: DUP, two bits of QoS, RETAIN; no QoS 3, no DUP with QoS 0.
        int[] valid =
        [
            0x10, 0x20, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x3B, 0x3C, 0x3D,
            0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0,
            // MQTT 5.0 has AUTH, which is reserved in MQTT 3.1.1.
            .. version == MqttVersion.V5 ? [0xF0] : Array.Empty<int>(),
        ];
        for (int first = 0; first <= byte.MaxValue; first++)
        {
            MqttReadStatus status = Read([(byte)first], 100, out _, out MqttError error, version);

            Assert.Equal(valid.Contains(first) ? MqttReadStatus.NeedMoreData : MqttReadStatus.Malformed, status);
            Assert.Equal(status == MqttReadStatus.Malformed, error.IsError);
        }
    }

    [Theory]
    [InlineData("00", MqttErrorCode.ReservedPacketType)]
    [InlineData("F0", MqttErrorCode.ReservedPacketType)]
    [InlineData("11", MqttErrorCode.ReservedFlags)]
    [InlineData("80", MqttErrorCode.ReservedFlags)]
    [InlineData("83", MqttErrorCode.ReservedFlags)]
    [InlineData("36", MqttErrorCode.InvalidQoS)]
    [InlineData("3E", MqttErrorCode.InvalidQoS)]
    [InlineData("38", MqttErrorCode.DupWithoutQoS)]
    [InlineData("30 80 80 80 80", MqttErrorCode.RemainingLength)]
    [InlineData("30 FF FF FF FF 7F", MqttErrorCode.RemainingLength)]
    public void A_fixed_header_that_no_byte_can_save_is_malformed(string hex, MqttErrorCode expected)
    {
        byte[] bytes = Wire.Hex(hex);
        foreach (ReadOnlySequence<byte> buffer in new[] { new(bytes), Wire.Cut(bytes, Enumerable.Range(1, bytes.Length - 1)) })
        {
            MqttReadStatus status = MqttFraming.TryReadFrame(buffer, MqttFraming.MaxPacketSize, out _, out MqttError error);

            Assert.Equal((MqttReadStatus.Malformed, expected), (status, error.Code));
            Assert.NotEmpty(error.Message!);
        }
    }

    // Table 2.4: the edges of one to four bytes.
    [Theory]
    [InlineData("30 00", 0)]
    [InlineData("30 7F", 127)]
    [InlineData("30 80 01", 128)]
    [InlineData("30 FF 7F", 16_383)]
    [InlineData("30 80 80 01", 16_384)]
    [InlineData("30 FF FF 7F", 2_097_151)]
    [InlineData("30 80 80 80 01", 2_097_152)]
    [InlineData("30 FF FF FF 7F", 268_435_455)]
    // Longer than needed, which 3.1.1 does not forbid.
    [InlineData("30 85 00", 5)]
    [InlineData("30 85 80 80 00", 5)]
    public void The_remaining_length_is_read_and_the_limit_applies_before_the_body_arrives(string hex, int remaining)
    {
        byte[] header = Wire.Hex(hex);
        int total = header.Length + remaining;
        MqttReadStatus atLimit = Read(header, total, out MqttFrame frame, out _);
        MqttReadStatus overLimit = Read(header, total - 1, out _, out MqttError error);

        Assert.Equal(remaining == 0 ? MqttReadStatus.Complete : MqttReadStatus.NeedMoreData, atLimit);
        Assert.Equal(MqttPacketType.Publish, frame.Type);
        Assert.Equal((MqttReadStatus.TooLarge, MqttErrorCode.PacketTooLarge), (overLimit, error.Code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(119)]
    [InlineData(120)]
    [InlineData(16_376)]
    [InlineData(16_377)]
    [InlineData(2_097_144)]
    [InlineData(2_097_145)]
    public void Lengths_on_both_sides_of_an_encoding_edge_round_trip(int payload)
    {
        byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(
            output, new PublishPacket { Topic = "topic"u8, Payload = new byte[payload] }));

        MqttReadStatus status = Read(bytes, MqttFraming.MaxPacketSize, out MqttFrame frame, out _);

        Assert.Equal(MqttReadStatus.Complete, status);
        Assert.Equal(bytes.Length, frame.Length);
        Assert.Equal(7 + payload, frame.Body.Length);
    }

    [Fact]
    public void A_body_in_one_segment_is_not_copied_and_one_that_straddles_is()
    {
        byte[] bytes = Sample.Named("publish-qos0").Bytes;
        Read(bytes, 100, out MqttFrame whole, out _);
        MqttFraming.TryReadFrame(Wire.Cut(bytes, 4), 100, out MqttFrame cut, out _);

        using MqttBody direct = whole.OpenBody();
        using MqttBody copied = cut.OpenBody();

        Assert.True(direct.Span.Overlaps(bytes));
        Assert.Equal(bytes[2..], copied.Span.ToArray());
    }

    private static MqttReadStatus Read(
        byte[] bytes, int limit, out MqttFrame frame, out MqttError error, MqttVersion version = MqttVersion.V311)
        => MqttFraming.TryReadFrame(new ReadOnlySequence<byte>(bytes), limit, out frame, out error, version);
}
