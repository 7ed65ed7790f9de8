using System;
using System.Linq;
using Defender.Mqtt.Packets;
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

        Assert.Equal(sample.Text, PacketText.Read(sample.Bytes, sample.Version, sample.FromServer));
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public void Samples_cover_every_packet_type(MqttVersion version)
        => Assert.Equal(
            Enum.GetValues<MqttPacketType>()
                .Where(type => type != MqttPacketType.None && (version == MqttVersion.V5 || type != MqttPacketType.Auth)),
            Sample.All.Where(sample => sample.Version == version)
                .Select(sample => (MqttPacketType)(sample.Bytes[0] >> 4)).Distinct().Order());

    [Fact]
    public void Samples_cover_every_property()
        => Assert.All(
            Enum.GetNames<MqttPropertyId>().Except([nameof(MqttPropertyId.None)]),
            name => Assert.Contains(Sample.All, sample => sample.Text.Contains($"{name}=", StringComparison.Ordinal)));
}
