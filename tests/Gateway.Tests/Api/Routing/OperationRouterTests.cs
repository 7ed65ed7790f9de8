using System.Collections.Immutable;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Api.Routing;
using Xunit;

namespace Defender.Gateway.Tests.Api.Routing;

public sealed class OperationRouterTests
{
    [Theory]
    [InlineData("PUT", "/thing-groups/addThingToThingGroup", "AddThingToThingGroup")]
    [InlineData("GET", "/thing-groups/addThingToThingGroup", "DescribeThingGroup")]
    [InlineData("GET", "/things?x=/y", "ListThings")]
    [InlineData("GET", "/things/a%2Fb", "DescribeThing")]
    [InlineData("GET", "/thin%67s", "ListThings")]
    [InlineData("GET", "https://host:1/things/a", "DescribeThing")]
    [InlineData("GET", "/Things", null)]
    [InlineData("GET", "/things/", null)]
    [InlineData("GET", "//things", null)]
    [InlineData("HEAD", "/things", null)]
    [InlineData("get", "/things", null)]
    [InlineData("GET", "/", null)]
    [InlineData("GET", "http://host", null)]
    [InlineData("GET", "/things/a/b", null)]
    public void Method_and_path_lead_to_one_operation(string method, string target, string? operation)
    {
        Assert.True(RequestTarget.Parse(target).TrySplitPath(out ImmutableArray<string> path));
        new OperationRouter(OperationTable.All).TryFind(method, path, out Operation? found);

        Assert.Equal(operation, found?.Name);
    }

    [Fact]
    public void A_literal_comes_before_a_parameter()
    {
        Operation parameter = Operation.Get("Parameter", "/a/{x}", []);
        Operation literal = Operation.Get("Literal", "/a/b", []);
        var router = new OperationRouter([parameter, literal]);

        Assert.True(router.TryFind("GET", ["a", "b"], out Operation? found));
        Assert.Equal("Literal", found.Name);
        Assert.True(router.TryFind("GET", ["a", "c"], out found));
        Assert.Equal("Parameter", found.Name);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("/%")]
    [InlineData("/%2")]
    [InlineData("/%+1")]
    [InlineData("/%FF")]
    [InlineData("/%C0%AF")]
    [InlineData("/%00")]
    [InlineData("/%7F")]
    [InlineData("/\u00FC")]
    public void A_path_that_is_not_percent_encoded_text_is_none(string target)
    {
        Assert.False(RequestTarget.Parse(target).TrySplitPath(out _));
    }

    [Fact]
    public void A_plus_is_a_space_in_queries_alone()
    {
        Assert.True(PercentText.TryDecode("a+b%2Bc", plusIsSpace: true, out string? query));
        Assert.True(PercentText.TryDecode("a+b%2Bc", plusIsSpace: false, out string? path));

        Assert.Equal("a b+c", query);
        Assert.Equal("a+b+c", path);
    }
}
