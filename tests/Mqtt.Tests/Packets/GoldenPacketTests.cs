using System;
using System.Linq;
using Xunit;

namespace Defender.Mqtt.Tests.Packets;

public sealed class GoldenPacketTests
{
    public static TheoryData<string> Names => Sample.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Writes_the_bytes_of_the_specification(string name)
    {
        Sample sample = Sample.Named(name);

        Assert.Equal(Convert.ToHexString(sample.Bytes), Convert.ToHexString(Wire.Written(sample.Write)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_the_bytes_of_the_specification(string name)
    {
        Sample sample = Sample.Named(name);

        Assert.Equal(sample.Text, PacketText.Read(sample.Bytes));
    }

    [Fact]
    public void Samples_cover_every_packet_type()
        => Assert.Equal(
            Enum.GetValues<MqttPacketType>().Where(type => type != MqttPacketType.None),
            Sample.All.Select(sample => (MqttPacketType)(sample.Bytes[0] >> 4)).Distinct().Order());
}
