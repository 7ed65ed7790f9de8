using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Policies;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>Ways around access rules that other brokers had, at the level of policies.</summary>
public sealed class PolicyAttackTests
{
    private static readonly string[] OwnTopics =
    [
        "Allow iot:Connect client/${iot:ClientId}", "Allow iot:Publish,iot:Receive topic/own/${iot:ClientId}/data", "Allow iot:Subscribe topicfilter/own/${iot:ClientId}/data",
    ];

    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("+/#")]
    [InlineData("*")]
    [InlineData("?????")]
    [InlineData("${*}")]
    [InlineData("${iot:ClientId}")]
    public void CVE_2017_7650_a_client_identifier_of_wildcards_reaches_nobody_else(string clientId)
    {
        SessionPolicy policy = Policy.For(new PolicyVariables { ClientId = clientId }, OwnTopics);

        Assert.False(policy.Publishes("own/other/data"));
        Assert.False(policy.Receives("own/other/data"));
        Assert.False(policy.Subscribes("own/other/data"));
        Assert.False(policy.Subscribes("own/+/data"));
        Assert.False(policy.Subscribes("own/#"));
        Assert.False(policy.Subscribes("own/+/#/data"));
        Assert.False(policy.Connects("other"));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("a?")]
    [InlineData("a/b")]
    [InlineData("+")]
    [InlineData("#")]
    public void A_value_is_itself_to_the_letter(string clientId)
    {
        SessionPolicy policy = Policy.For(new PolicyVariables { ClientId = clientId }, OwnTopics);

        Assert.True(policy.Connects(clientId));
        Assert.True(policy.Publishes($"own/{clientId}/data"));
    }

    [Fact]
    public void A_filter_wildcard_in_a_value_denies_every_filter_in_its_place()
    {
        SessionPolicy policy = Policy.For(new PolicyVariables { ClientId = "+" }, "Allow iot:Subscribe topicfilter/*", "Deny iot:Subscribe topicfilter/secret/${iot:ClientId}");

        Assert.False(policy.Subscribes("secret/a"));
        Assert.True(policy.Subscribes("open/a"));
    }

    [Theory]
    [InlineData(".*")]
    [InlineData("o|other")]
    [InlineData("[a-z]+")]
    [InlineData("o.h.r")]
    [InlineData("(a+)+$")]
    [InlineData(@"\Eother\Q")]
    [InlineData("other\n")]
    public void CVE_2026_44838_a_client_identifier_is_no_expression(string clientId)
    {
        SessionPolicy policy = Policy.For(new PolicyVariables { ClientId = clientId }, OwnTopics);

        Assert.False(policy.Connects("other"));
        Assert.False(policy.Publishes("own/other/data"));
        Assert.False(policy.Subscribes("own/other/data"));
        Assert.True(policy.Publishes($"own/{clientId}/data"));
    }

    [Theory]
    [InlineData("", "document: is not JSON")]
    [InlineData(" \n", "document: is not JSON")]
    [InlineData("{}", "document: should hold at least one policy")]
    [InlineData("null", "document: is missing, it should be an object")]
    [InlineData("[]", "document: should be an object")]
    public void CVE_2018_12550_an_empty_file_is_no_set_of_policies(string file, string mistake)
    {
        Assert.False(Policy.TryRead(file, out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes));

        Assert.Null(policies);
        Assert.StartsWith(mistake, Assert.Single(mistakes), System.StringComparison.Ordinal);
    }

    [Fact]
    public void CVE_2018_12551_one_broken_document_refuses_the_whole_file()
    {
        string good = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";

        Assert.True(Policy.TryRead($$"""{"A":{{good}},"B":{{good}}}""", out _, out _));
        Assert.False(Policy.TryRead($$"""{"A":{{good}},"B":{{good.Replace("Allow", "allow", System.StringComparison.Ordinal)}}}""", out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes));

        Assert.Null(policies);
        Assert.Equal("""["B"].Statement.Effect: should be Allow or Deny""", Assert.Single(mistakes));
    }

    [Fact]
    public void A_thing_that_nobody_knows_gets_nothing_from_a_policy_for_things()
    {
        PolicyDocument[] documents = [DefaultPolicy.Document];
        SessionPolicy policy = SessionPolicy.Compile(documents, new PolicyVariables { ClientId = "pump", ThingIsAttached = true });

        Assert.All(new[] { "Connect pump", "Publish $aws/things/pump/defender/metrics/json", "Subscribe #", "Receive $aws/things/pump/a" }
            .Select(policy.Allows), Assert.False);
    }
}
