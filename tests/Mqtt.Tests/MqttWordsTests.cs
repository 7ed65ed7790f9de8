using System;
using System.Linq;
using Defender.Mqtt.Packets;
using Xunit;

namespace Defender.Mqtt.Tests;

public sealed class MqttWordsTests
{
    [Fact]
    public void Each_reason_code_has_its_name() =>
        Assert.All(Enum.GetValues<MqttReasonCode>().Distinct(), code => Assert.Contains(code.Word(), Names<MqttReasonCode>(code)));

    [Fact]
    public void Each_type_of_packet_has_its_name() => Assert.All(Enum.GetValues<MqttPacketType>(), type => Assert.Equal(type.ToString(), type.Word()));

    [Fact]
    public void Each_return_code_has_its_name() => Assert.All(Enum.GetValues<ConnectReturnCode>(), code => Assert.Equal(code.ToString(), code.Word()));

    [Fact]
    public void What_no_version_knows_is_a_number()
    {
        Assert.Equal("239", ((MqttReasonCode)239).Word());
        Assert.Equal("6", ((ConnectReturnCode)6).Word());
        Assert.Equal("16", ((MqttPacketType)16).Word());
    }

    // Several names may stand for one code.
    private static string[] Names<T>(T value)
        where T : struct, Enum => [.. Enum.GetNames<T>().Where(name => Enum.Parse<T>(name).Equals(value))];
}
