using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Mqtt;
using Defender.Mqtt;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

public sealed class SubscriptionTreeTests
{
    private static readonly string[] Levels = ["a", "b", "", "$aws", "ä"];

    private readonly SubscriptionTree<string> _tree = new();

    [Fact]
    public void Finds_exact_single_level_and_multi_level_filters()
    {
        Add("a/b", "exact");
        Add("a/+", "plus");
        Add("a/#", "hash");
        Add("a", "parent");
        Add("b/+", "other");

        Assert.Equal(["exact", "hash", "plus"], Matches("a/b"));
    }

    [Fact]
    public void Hash_does_not_match_its_parent_as_in_AWS()
    {
        Add("a/#", "hash");

        Assert.Empty(Matches("a"));
        Assert.Equal(["hash"], Matches("a/"));
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+/things")]
    public void Reserved_topics_are_hidden_from_leading_wildcards(string filter)
    {
        Add(filter, "curious");

        Assert.Empty(Matches("$aws/things"));
        Assert.Equal(["curious"], Matches("other/things"));
    }

    [Fact]
    public void Overlapping_filters_deliver_once_at_the_highest_quality()
    {
        Add("a/b", "one", MqttQoS.AtMostOnce);
        Add("a/+", "one", MqttQoS.AtLeastOnce);
        Add("#", "one", MqttQoS.AtMostOnce);

        var matches = new Dictionary<string, MqttQoS>();
        _tree.Match("a/b"u8, matches);

        Assert.Equal([KeyValuePair.Create("one", MqttQoS.AtLeastOnce)], matches);
    }

    [Fact]
    public void Removing_one_subscription_keeps_its_neighbours()
    {
        Add("a/b/c", "one");
        Add("a/b", "two");
        _tree.Remove("a/b/c"u8, "one");
        _tree.Remove("a/x"u8, "nobody");

        Assert.Empty(Matches("a/b/c"));
        Assert.Equal(["two"], Matches("a/b"));
    }

    [Fact]
    public void Agrees_with_matching_every_filter_on_its_own()
    {
        var random = new Random(311);
        for (int round = 0; round < 300; round++)
        {
            var tree = new SubscriptionTree<string>();
            string[] filters = [.. Enumerable.Range(0, 12).Select(_ => RandomFilter(random)).Distinct()];
            foreach (string filter in filters)
                tree.Add(Encoding.UTF8.GetBytes(filter), filter, MqttQoS.AtMostOnce);
            foreach (string gone in filters.Take(3))
                tree.Remove(Encoding.UTF8.GetBytes(gone), gone);
            for (int i = 0; i < 20; i++)
            {
                byte[] topic = Encoding.UTF8.GetBytes(string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(random, Levels))));
                if (topic.Length == 0)
                    continue;
                var matches = new Dictionary<string, MqttQoS>();
                tree.Match(topic, matches);
                Assert.Equal(
                    filters.Skip(3).Where(filter => TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), topic, hashMatchesParent: false)).Order(),
                    matches.Keys.Order());
            }
        }
    }

    private static string RandomFilter(Random random)
    {
        string[] levels = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(3) == 0 ? "+" : Pick(random, Levels))];
        if (random.Next(3) == 0)
            levels[^1] = "#";
        return levels is [""] ? "a" : string.Join('/', levels);
    }

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];

    private void Add(string filter, string subscriber, MqttQoS qos = MqttQoS.AtMostOnce) =>
        _tree.Add(Encoding.UTF8.GetBytes(filter), subscriber, qos);

    private string[] Matches(string topic)
    {
        var matches = new Dictionary<string, MqttQoS>();
        _tree.Match(Encoding.UTF8.GetBytes(topic), matches);
        return [.. matches.Keys.Order()];
    }
}
