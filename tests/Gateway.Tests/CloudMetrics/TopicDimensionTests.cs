using System.Linq;
using System.Text;
using Defender.Evaluator.Profiles;
using Defender.Gateway.CloudMetrics;
using Xunit;

namespace Defender.Gateway.Tests.CloudMetrics;

public sealed class TopicDimensionTests
{
    [Theory]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("#", "$aws/things/pump-17/shadow/get", false)]
    [InlineData("$aws/things/${iot:ClientId}/#", "$aws/things/pump-17/shadow/get", true)]
    [InlineData("$aws/things/${iot:ClientId}/#", "$aws/things/pump-18/shadow/get", false)]
    [InlineData("${iot:ClientId}/${iot:ClientId}", "pump-17/pump-17", true)]
    [InlineData("x-${iot:ClientId}-y/z", "x-pump-17-y/z", true)]
    [InlineData("${iot:ClientID}", "pump-17", false)]
    [InlineData("a/b#", "a/b#", false)]
    [InlineData("a/+", "a/+", true)]
    public void A_filter_selects_as_a_subscription_would(string filter, string topic, bool isInside)
    {
        Assert.Equal(isInside, Selects(DimensionValueOperator.In, "pump-17", topic, filter));
        Assert.Equal(!isInside, Selects(DimensionValueOperator.NotIn, "pump-17", topic, filter));
    }

    [Fact]
    public void One_filter_of_many_is_enough() => Assert.True(Selects(DimensionValueOperator.In, "pump-17", "b", "a", "b", "c"));

    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    public void No_client_widens_a_filter_by_its_name(string clientId) =>
        Assert.True(Selects(DimensionValueOperator.NotIn, clientId, "pumps/pump-17/level", "pumps/${iot:ClientId}/level", "pumps/${iot:ClientId}"));

    [Fact]
    public void The_longest_filter_of_the_longest_client_id_fits()
    {
        string clientId = new('x', 128);
        string filter = string.Concat(Enumerable.Repeat("${iot:ClientId}", 17));
        Assert.Equal(255, filter.Length);

        Assert.True(Selects(DimensionValueOperator.In, clientId, new string('x', 128 * 17), filter));
    }

    private static bool Selects(DimensionValueOperator op, string clientId, string topic, params string[] filters) =>
        new TopicDimension(new MetricDimension("d", op), [.. filters]).Selects(Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(clientId));
}
