using System.Text;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Mqtt.Tests.Topics;

public sealed class TopicFilterTests
{
    // The first eight pairs and their opposites are the examples of sections 4.7.1 and 4.7.2.
    [Theory]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/ranking", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/+", "sport/tennis/player1/ranking", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/monitor/Clients", "$SYS/monitor/Clients", false)]
    [InlineData("$SYS/#", "$SYS/", true)]
    [InlineData("$SYS/#", "$SYS", true)]
    [InlineData("$SYS/monitor/+", "$SYS/monitor/Clients", true)]
    [InlineData("+", "$", false)]
    [InlineData("#", "$", false)]
    [InlineData("$", "$", true)]
    [InlineData("a/#", "a/$b", true)]
    [InlineData("a/+", "a/$b", true)]
    [InlineData("#", "a", true)]
    [InlineData("#", "/", true)]
    [InlineData("+", "a", true)]
    [InlineData("+/#", "a", true)]
    [InlineData("+/+", "a", false)]
    [InlineData("a", "a", true)]
    [InlineData("a", "A", false)]
    [InlineData("a", "a/", false)]
    [InlineData("a/", "a", false)]
    [InlineData("/a", "a", false)]
    [InlineData("a//b", "a//b", true)]
    [InlineData("a/+/b", "a//b", true)]
    [InlineData("a/+/b", "a/x/y/b", false)]
    [InlineData("a/b/#", "a", false)]
    [InlineData("a/b/#", "a/bc", false)]
    [InlineData("ab", "abc", false)]
    [InlineData("abc", "ab", false)]
    [InlineData("$aws/things/+/defender/metrics/+", "$aws/things/pump-1/defender/metrics/json", true)]
    [InlineData("$aws/things/+/defender/metrics/+", "$aws/things/pump-1/defender/metrics/json/accepted", false)]
    public void Matches_level_by_level(string filter, string topic, bool expected)
        => Assert.Equal(expected, TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));

    [Theory]
    [InlineData("sensor/#", "sensor", false)]
    [InlineData("+/#", "sensor", false)]
    [InlineData("sensor/#", "sensor/", true)]
    [InlineData("sensor/#", "sensor/a/b", true)]
    [InlineData("#", "sensor", true)]
    public void A_hash_as_AWS_reads_it_does_not_match_the_level_above(string filter, string topic, bool expected)
        => Assert.Equal(
            expected, TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic), hashMatchesParent: false));

    [Theory]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("/", true)]
    [InlineData("sport/tennis/#", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("sport/+/player1", true)]
    [InlineData("+/+", true)]
    [InlineData("a//b", true)]
    [InlineData("$share/ab", true)]
    [InlineData(" ", true)]
    [InlineData("ä/\U0001F600", true)]
    [InlineData("", false)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/tennis/#/ranking", false)]
    [InlineData("#/", false)]
    [InlineData("##", false)]
    [InlineData("sport+", false)]
    [InlineData("+a", false)]
    [InlineData("++", false)]
    [InlineData("+#", false)]
    [InlineData("a/+b/c", false)]
    [InlineData("a\0b", false)]
    public void Accepts_the_grammar_of_the_specification(string filter, bool expected)
    {
        Assert.Equal(expected, TopicFilter.IsValid(filter));
        Assert.Equal(expected, TopicFilter.IsValid(Encoding.UTF8.GetBytes(filter)));
    }

    [Fact]
    public void A_lone_surrogate_is_no_filter() => Assert.False(TopicFilter.IsValid("a\uD800b"));

    [Fact]
    public void Bytes_that_are_not_UTF8_are_no_filter() => Assert.False(TopicFilter.IsValid([(byte)'a', 0xC0, 0x80]));

    [Theory]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    public void The_length_ends_at_65535_bytes(int length, bool expected)
    {
        string text = new('a', length);

        Assert.Equal(expected, TopicFilter.IsValid(text));
        Assert.Equal(expected, TopicName.IsValid(text));
        Assert.Equal(expected, TopicFilter.IsValid(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(expected, TopicName.IsValid(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("$share/g/a", "g", "a")]
    [InlineData("$share/g/#", "g", "#")]
    [InlineData("$share/g//", "g", "/")]
    [InlineData("$share/a b/+/c/#", "a b", "+/c/#")]
    [InlineData("$share/g/$share/h/a", "g", "$share/h/a")]
    // MQTT-4.8.2-1: a name of at least one character; MQTT-4.8.2-2: no wildcard in it, / and a filter behind it.
    [InlineData("$share/ab", null, null)]
    [InlineData("$share/ab/", null, null)]
    [InlineData("$share//a", null, null)]
    [InlineData("$share/", null, null)]
    [InlineData("$share", null, null)]
    [InlineData("$share/+/a", null, null)]
    [InlineData("$share/#", null, null)]
    [InlineData("$share/g/a#", null, null)]
    [InlineData("$SHARE/g/a", null, null)]
    [InlineData("a/g/b", null, null)]
    [InlineData("", null, null)]
    public void A_shared_subscription_is_taken_apart(string filter, string? group, string? inner)
    {
        bool isShared = TopicFilter.TryParseShared(Encoding.UTF8.GetBytes(filter), out var foundGroup, out var foundInner);

        Assert.Equal(group is not null, isShared);
        Assert.Equal((group ?? "", inner ?? ""), (Encoding.UTF8.GetString(foundGroup), Encoding.UTF8.GetString(foundInner)));
    }
}
