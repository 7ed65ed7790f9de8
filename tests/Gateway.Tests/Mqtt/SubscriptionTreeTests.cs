using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Defender.Gateway.Mqtt.Routing;
using Defender.Mqtt.Topics;
using Xunit;

namespace Defender.Gateway.Tests.Mqtt;

public sealed class SubscriptionTreeTests
{
    private static readonly string[] Levels = ["a", "b", "", "$aws", "ä"];

    private readonly SubscriptionTree<string, string> _tree = new(hashMatchesParent: false);

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
    public void Hash_matches_its_parent_by_the_specification()
    {
        var tree = new SubscriptionTree<string, string>(hashMatchesParent: true);
        tree.Add("a/#"u8, "hash", "hash");
        tree.Add("+/#"u8, "both", "both");
        List<string> matches = [];
        tree.Match("a"u8, matches);

        Assert.Equal(["both", "hash"], matches.Order());
    }

    [Fact]
    public void A_subscription_of_the_same_filter_replaces_the_one_before()
    {
        Assert.True(_tree.Add("a/b"u8, "one", "first"));
        Assert.False(_tree.Add("a/b"u8, "one", "second"));

        Assert.Equal(["second"], Matches("a/b"));
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Agrees_with_matching_every_filter_on_its_own(bool hashMatchesParent)
    {
        var random = new Random(311);
        for (int round = 0; round < 300; round++)
        {
            var tree = new SubscriptionTree<string, string>(hashMatchesParent);
            string[] filters = [.. Enumerable.Range(0, 12).Select(_ => RandomFilter(random)).Distinct()];
            foreach (string filter in filters)
                tree.Add(Encoding.UTF8.GetBytes(filter), filter, filter);
            foreach (string gone in filters.Take(3))
                tree.Remove(Encoding.UTF8.GetBytes(gone), gone);
            for (int i = 0; i < 20; i++)
            {
                byte[] topic = Encoding.UTF8.GetBytes(string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(random, Levels))));
                if (topic.Length == 0)
                    continue;
                List<string> matches = [];
                tree.Match(topic, matches);
                Assert.Equal(
                    filters.Skip(3).Where(filter => TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), topic, hashMatchesParent)).Order(),
                    matches.Order());
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

    private void Add(string filter, string subscriber) => _tree.Add(Encoding.UTF8.GetBytes(filter), subscriber, subscriber);

    private string[] Matches(string topic)
    {
        List<string> matches = [];
        _tree.Match(Encoding.UTF8.GetBytes(topic), matches);
        return [.. matches.Order()];
    }
}
