using System;
using System.Text;
using Defender.Mqtt.Topics;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Defender.Mqtt.Tests.Topics;

public sealed class TopicFilterProperties
{
    private static readonly Arbitrary<string> Topics = Levels("", "a", "b", "$x").ToArbitrary();

    private static readonly Arbitrary<string> Filters =
        Gen.OneOf(Levels("", "a", "b", "$x", "+"), Levels("", "a", "+").Select(head => head + "/#"), Gen.Constant("#")).ToArbitrary();

    [Fact]
    public void Matching_agrees_with_a_model_that_splits_and_recurses()
        => Prop.ForAll(Filters, Topics, ArbMap.Default.ArbFor<bool>(), (filter, topic, hashMatchesParent) =>
            filter.Length == 0 || topic.Length == 0
            || TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic), hashMatchesParent)
                == Model(filter, topic, hashMatchesParent))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));

    [Fact]
    public void A_topic_is_a_filter_that_selects_itself()
        => Prop.ForAll(Topics, topic => topic.Length == 0
            || (TopicName.IsValid(topic) && TopicFilter.IsValid(topic)
                && TopicFilter.Matches(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(topic))))
            .QuickCheckThrowOnFailure();

    private static Gen<string> Levels(params string[] levels)
        => Gen.Choose(1, 4).SelectMany(count => Gen.Elements(levels).ArrayOf(count)).Select(parts => string.Join('/', parts));

    private static bool Model(string filter, string topic, bool hashMatchesParent)
        => !(topic[0] == '$' && (filter[0] is '+' or '#'))
            && Model(filter.Split('/').AsSpan(), topic.Split('/').AsSpan(), hashMatchesParent);

    private static bool Model(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic, bool hashMatchesParent)
    {
        if (filter is ["#"])
        {
            return !topic.IsEmpty || hashMatchesParent;
        }

        return filter.IsEmpty || topic.IsEmpty
            ? filter.IsEmpty && topic.IsEmpty
            : (filter[0] == "+" || filter[0] == topic[0]) && Model(filter[1..], topic[1..], hashMatchesParent);
    }
}
