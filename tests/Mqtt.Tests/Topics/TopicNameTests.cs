using System.Text;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Mqtt.Tests.Topics;

public sealed class TopicNameTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("$aws/things/pump-1/defender/metrics/json", true)]
    [InlineData("with space/ä", true)]
    [InlineData("", false)]
    [InlineData("#", false)]
    [InlineData("a/+", false)]
    [InlineData("a+b", false)]
    [InlineData("a\0", false)]
    public void Holds_no_wildcard_and_no_null(string topic, bool expected)
    {
        Assert.Equal(expected, TopicName.IsValid(topic));
        Assert.Equal(expected, TopicName.IsValid(Encoding.UTF8.GetBytes(topic)));
    }

    [Fact]
    public void A_lone_surrogate_is_no_topic() => Assert.False(TopicName.IsValid("a\uDC00"));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_no_topic() => Assert.False(TopicName.IsValid([0xED, 0xA0, 0x80]));
}
