using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Xunit;

namespace Defender.Evaluator.Tests.Profiles;

/// <summary>The account's custom metrics and dimensions as one document.</summary>
public sealed class ProfileDefinitionsTests
{
    [Fact]
    public void The_four_metric_types_and_the_dimensions_are_read()
    {
        ProfileDefinitions definitions = ProfileCorpus.Definitions;
        (string, MetricValueKind)[] custom = [.. definitions.Metrics.All.Skip(18).Select(metric => (metric.Name, metric.Kind))];
        Assert.Equal(
            [
                ("batteryPercentage", MetricValueKind.Number), ("cpu_usage", MetricValueKind.Number), ("cellSignal", MetricValueKind.Number),
                ("runningServices", MetricValueKind.Strings), ("peers", MetricValueKind.Cidrs), ("openFiles", MetricValueKind.Numbers),
            ],
            custom);
        Assert.Equal<Dimension>(
            [new Dimension("TopicFilterForAuthMessages", ["device/+/auth"]), new Dimension("TelemetryTopics", ["dt/${iot:ClientId}/#", "telemetry/+/raw"])],
            definitions.Dimensions);
        Assert.True(definitions.TryGetDimension("TelemetryTopics", out Dimension? dimension));
        Assert.Equal(definitions.Dimensions[1], dimension);
        Assert.False(definitions.TryGetDimension("telemetrytopics", out _));
    }

    [Fact]
    public void Both_lists_may_be_absent()
    {
        Assert.True(ProfileDefinitions.TryRead("{}"u8, out ProfileDefinitions? definitions, out _));
        Assert.Equal(18, definitions.Metrics.All.Length);
        Assert.Empty(definitions.Dimensions);
    }

    [Theory]
    [InlineData("[]", "the document should be an object")]
    [InlineData("{", "the document is not JSON of at most 32 levels: line 1, byte 2")]
    [InlineData("""{"customMetrics":{}}""", "customMetrics should be a list")]
    [InlineData("""{"customMetrics":[1]}""", "definition should be an object")]
    [InlineData("""{"customMetrics":[{"metricType":"number"}]}""", "metricName should be a string")]
    [InlineData("""{"customMetrics":[{"metricName":"a b","metricType":"number"}]}""", "metricName should have 1 to 128 characters of [a-zA-Z0-9:_-]")]
    [InlineData("""{"customMetrics":[{"metricName":"aws:x","metricType":"number"}]}""", "metricName aws:x should not start with aws:")]
    [InlineData("""{"customMetrics":[{"metricName":"a","metricType":"number"},{"metricName":"a","metricType":"number"}]}""", "metricName a is used twice")]
    [InlineData("""{"customMetrics":[{"metricName":"a","metricType":"integer"}]}""", "metricType integer should be one of [number,number-list,string-list,ip-address-list]")]
    [InlineData("""{"dimensions":[{"name":"a","type":"TOPIC","stringValues":["x"]}]}""", "type TOPIC should be one of [TOPIC_FILTER]")]
    [InlineData("""{"dimensions":[{"name":"a","type":"TOPIC_FILTER","stringValues":[]}]}""", "stringValues should have 1 to 100 members")]
    [InlineData("""{"dimensions":[{"name":"a","type":"TOPIC_FILTER","stringValues":[""]}]}""", "topic filter should have 1 to 256 characters")]
    [InlineData("""{"dimensions":[{"name":"a","type":"TOPIC_FILTER","stringValues":[1]}]}""", "stringValues member should be a string")]
    [InlineData("""{"dimensions":[{"name":"a/b","type":1}]}""", "name should have 1 to 128 characters of [a-zA-Z0-9:_-]; type should be a string; stringValues should be a list")]
    public void Mistakes_are_named(string json, string messages)
    {
        bool isRead = ProfileDefinitions.TryRead(Encoding.UTF8.GetBytes(json), out ProfileDefinitions? definitions, out ImmutableArray<ProfileError> errors);
        Assert.False(isRead);
        Assert.Null(definitions);
        Assert.Equal(messages, ProfileError.Join(errors));
    }
}
