using System;
using System.Buffers;
using System.Linq;
using Defender.Mqtt.Packets;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

/// <summary>What has brought other codecs down, as far as it is a codec's matter.</summary>
public sealed class CveTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public void Cve_2017_7651_A_huge_remaining_length_is_refused_before_anything_is_kept(MqttVersion version)
    {
        byte[] header = Wire.Hex("10 FF FF FF 7F");
        long before = GC.GetAllocatedBytesForCurrentThread();

        MqttReadStatus status = MqttFraming.TryReadFrame(new ReadOnlySequence<byte>(header), 16_384, out _, out MqttError error, version);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1024);
        Assert.Equal((MqttReadStatus.TooLarge, MqttReasonCode.PacketTooLarge), (status, error.ReasonCode));
    }

    [Fact]
    public void Cve_2021_34432_An_empty_topic_is_refused()
    {
        Assert.Equal("Invalid InvalidTopicName", PacketText.Read(Wire.Hex("30 02 00 00")));
        Assert.Equal("Invalid MissingTopic", PacketText.Read(Wire.Hex("30 03 00 00 00"), MqttVersion.V5));
        Assert.Equal("Invalid InvalidTopicFilter", PacketText.Read(Wire.Hex("82 05 00 01 00 00 00")));
        Assert.Equal("Invalid InvalidTopicFilter", PacketText.Read(Wire.Hex("82 06 00 01 00 00 00 00"), MqttVersion.V5));
        Assert.Equal("Invalid InvalidTopicName", PacketText.Read(Wire.Hex("10 10  00 04 4D 51 54 54  04 06 00 00  00 00  00 00  00 00")));
        Assert.False(TopicFilter.Matches("#"u8, default));
    }

    [Fact]
    public void Cve_2018_12543_A_topic_may_start_with_any_dollar_word()
    {
        string[] topics = ["$", "$S", "$SY", "$SYS", "$SYS/", "$SYSx", "$aws", "$share", "$share/", "$share/a", "$$", "$/", "$\u0001"];
        Assert.All(topics, topic =>
        {
            byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(topic);
            foreach (MqttVersion version in new[] { MqttVersion.V311, MqttVersion.V5 })
            {
                byte[] bytes = Wire.Written(output => MqttWriter.WritePublish(output, new PublishPacket { Topic = utf8 }, version));

                Assert.Equal($"Publish '{topic}'  qos=0 dup=False retain=False id=0", PacketText.Read(bytes, version));
            }

            Assert.True(TopicFilter.Matches(utf8, utf8));
            Assert.False(TopicFilter.Matches("#"u8, utf8));
            Assert.False(TopicFilter.Matches("+"u8, utf8));
        });
    }

    [Fact]
    public void Cve_2021_41039_User_properties_are_counted_and_the_first_over_the_limit_ends_the_reading()
    {
        Assert.Equal("Complete", Read(MqttProperties.MaxCount));
        Assert.Equal("TooManyProperties", Read(MqttProperties.MaxCount + 1));
        Assert.Equal("TooManyProperties", Read(100_000));
        // What follows the first too many is not even looked at.
        Assert.Equal("TooManyProperties", Read(MqttProperties.MaxCount + 1, 0xFF, 0xFF, 0xFF));
        Assert.Equal("PropertyNotAllowed", Read(MqttProperties.MaxCount - 1, 0xFF, 0xFF, 0xFF));

        static string Read(int count, params byte[] rest)
        {
            byte[] properties = [.. Enumerable.Repeat(Wire.Hex("26 00 00 00 00"), count).SelectMany(property => property), .. rest];
            byte[] body = [0, 1, (byte)'t', .. Encoded(properties.Length), .. properties];
            return PublishPacket.TryParse(0, body, out _, out MqttError error, MqttVersion.V5) ? "Complete" : $"{error.Code}";
        }
    }

    [Theory]
    [InlineData("30 FF FF FF FF 01", "Malformed RemainingLength")]
    [InlineData("30 80 80 80 80 00", "Malformed RemainingLength")]
    // As the length of the properties, as a property's identifier, as a subscription identifier.
    [InlineData("30 09 00 01 74 FF FF FF FF 7F 00", "Invalid VariableInteger")]
    [InlineData("30 09 00 01 74 80 80 80 80 00 00", "Invalid VariableInteger")]
    [InlineData("30 0A 00 01 74 06 80 80 80 80 01 00", "Invalid PropertyNotAllowed")]
    [InlineData("82 0D 00 01 06 0B FF FF FF FF 7F 00 01 61 00", "Invalid VariableInteger")]
    [InlineData("82 0C 00 01 05 0B 80 80 80 80 00 01 61 00", "Invalid VariableInteger")]
    // Cut off by the end of the properties, of the packet.
    [InlineData("82 0A 00 01 03 0B 80 80 00 01 61 00", "Invalid Truncated")]
    [InlineData("30 05 00 01 74 FF FF", "Invalid Truncated")]
    // Longer than needed.
    [InlineData("82 0A 00 01 03 0B 81 00 00 01 61 00", "Invalid VariableInteger")]
    public void Cve_2026_21888_A_variable_integer_ends_after_four_bytes_wherever_it_stands(string hex, string expected)
        => Assert.Equal(expected, PacketText.Read(Wire.Hex(hex), MqttVersion.V5));

    [Fact]
    public void Cve_2025_68699_A_shared_subscription_without_a_filter_is_refused()
    {
        byte[] subscribe = [0x82, 0x0F, 0, 1, 0, 0, 9, .. "$share/ab"u8, 1];

        Assert.Equal("Invalid InvalidTopicFilter", PacketText.Read(subscribe, MqttVersion.V5));
        Assert.False(TopicFilter.TryParseShared("$share/ab"u8, out _, out _));
        Assert.Throws<ArgumentException>(() => MqttWriter.WriteSubscribe(
            new ArrayBufferWriter<byte>(), 1, default, ("$share/ab", new SubscriptionOptions(MqttQoS.AtMostOnce))));
    }

    [Theory]
    [InlineData("05 18 00 00 00", "Truncated")]
    [InlineData("05 18 00 00 00 01 18 00 00 00 01", "Truncated")]
    [InlineData("0A 18 00 00 00 01 18 00 00 00 01", "DuplicateProperty")]
    [InlineData("05 11 00 00 00 01", "PropertyNotAllowed")]
    [InlineData("03 23 00 01", "PropertyNotAllowed")]
    [InlineData("04 08 00 01 23", "PropertyValue")]
    [InlineData("04 03 00 01 80", "InvalidUtf8")]
    [InlineData("7F 18 00 00 00 01", "Truncated")]
    [InlineData("FF FF FF FF 01", "VariableInteger")]
    public void Cve_2023_3592_Bad_will_properties_are_refused_and_nothing_is_kept(string properties, string expected)
    {
        byte[] body = Wire.Hex($"00 04 4D 51 54 54  05 06 00 00  00  00 01 62 {properties}");
        // A second property behind the end of the properties is the length of a topic that never comes.
        byte[] whole = expected == "Truncated" ? body : [.. body, .. Wire.Hex("00 01 74 00 00")];
        var allocated = new long[2];
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool parsed = ConnectPacket.TryParse(whole, out ConnectPacket packet, out MqttError error, acceptV5: true);
            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.False(parsed);
            Assert.Equal(expected, $"{error.Code}");
            Assert.True(packet is { Version: MqttVersion.V5, HasWill: false } && packet.WillProperties.IsEmpty);
        }

        Assert.Equal(0, allocated[1]);
    }

    [Fact]
    public void Cve_2026_32696_An_absent_user_name_is_not_an_empty_one()
    {
        Assert.True(ConnectPacket.TryParse(
            Wire.Hex("00 04 4D 51 54 54  05 02 00 00  00  00 00"), out ConnectPacket absent, out _, acceptV5: true));
        Assert.True(ConnectPacket.TryParse(
            Wire.Hex("00 04 4D 51 54 54  05 C2 00 00  00  00 00  00 00  00 00"), out ConnectPacket empty, out _, acceptV5: true));

        Assert.False(absent.HasUserName || absent.HasPassword);
        Assert.True(empty.HasUserName && empty.HasPassword && empty.UserName.IsEmpty && empty.Password.IsEmpty);
    }

    [Fact]
    public void Cve_2021_28166_Packets_of_the_other_direction_are_parsed_like_any_other()
        => Assert.All(Sample.All, sample =>
        {
            string asClient = PacketText.Read(sample.Bytes, sample.Version, fromServer: false);
            string asServer = PacketText.Read(sample.Bytes, sample.Version, fromServer: true);

            Assert.Equal(sample.Text, sample.FromServer ? asServer : asClient);
            Assert.All(new[] { asClient, asServer }, text => Assert.True(text == sample.Text || text == "Invalid WrongDirection"));
        });

    private static byte[] Encoded(int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        int size = 0;
        for (; length > 0x7F; length >>= 7)
        {
            bytes[size++] = (byte)(length & 0x7F | 0x80);
        }

        bytes[size++] = (byte)length;
        return bytes[..size].ToArray();
    }
}
