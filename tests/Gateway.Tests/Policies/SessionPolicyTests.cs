using System;
using System.Linq;
using Defender.Gateway.Policies;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>Policies and the questions that clients put to them, in AWS's meaning.</summary>
public sealed class SessionPolicyTests
{
    private static readonly PolicyVariables Pump = Policy.Device("pump") with
    {
        ClientId = "pump-a",
        ThingTypeName = "Pumps",
        CommonName = "pump.example",
        ThingAttributes = new System.Collections.Generic.Dictionary<string, string> { ["site"] = "north", ["empty"] = "" },
    };

    [Theory]
    // What no Allow covers is denied.
    [InlineData("Allow iot:Publish topic/a", "Publish a", true)]
    [InlineData("Allow iot:Publish topic/a", "Publish b", false)]
    [InlineData("Allow iot:Publish topic/a", "Publish aa", false)]
    [InlineData("Allow iot:Publish topic/a", "Publish A", false)]
    [InlineData("Allow iot:Publish topic/a", "Receive a", false)]
    [InlineData("Allow iot:Publish topic/a", "Subscribe a", false)]
    [InlineData("Allow iot:Publish topic/a", "Connect a", false)]
    // Each operation has its kind of resource.
    [InlineData("Allow iot:* topic/a", "Publish a", true)]
    [InlineData("Allow iot:* topic/a", "Receive a", true)]
    [InlineData("Allow iot:* topic/a", "Subscribe a", false)]
    [InlineData("Allow iot:* topic/a", "Connect a", false)]
    [InlineData("Allow iot:* topicfilter/a", "Subscribe a", true)]
    [InlineData("Allow iot:* topicfilter/a", "Receive a", false)]
    [InlineData("Allow iot:* client/a", "Connect a", true)]
    [InlineData("Allow iot:* client/a", "Publish a", false)]
    [InlineData("Allow iot:* thing/a", "Publish a", false)]
    [InlineData("Allow * *", "Connect a", true)]
    [InlineData("Allow * *", "Subscribe #", true)]
    [InlineData("Allow * *", "RetainPublish $aws/a", true)]
    [InlineData("Allow iot:Connect,iot:Subscribe *", "Subscribe a", true)]
    [InlineData("Allow iot:Connect,iot:Subscribe *", "Receive a", false)]
    [InlineData("Allow iot:Connect topic/a,client/b", "Connect b", true)]
    // Actions may have wildcards, and are read without regard to case.
    [InlineData("Allow iot:*Publish topic/a", "RetainPublish a", true)]
    [InlineData("Allow iot:Publis? topic/a", "Publish a", true)]
    [InlineData("Allow IOT:publish topic/a", "Publish a", true)]
    [InlineData("Allow iot:GetThingShadow,iotjobsdata:*,greengrass:Discover *", "Publish a", false)]
    // A retained message needs two rights.
    [InlineData("Allow iot:Publish topic/a", "RetainPublish a", false)]
    [InlineData("Allow iot:RetainPublish topic/a", "RetainPublish a", false)]
    [InlineData("Allow iot:Publish,iot:RetainPublish topic/a", "RetainPublish a", true)]
    // * and ? are any characters, the slash among them.
    [InlineData("Allow iot:Publish topic/a/*", "Publish a/b/c", true)]
    [InlineData("Allow iot:Publish topic/a/*", "Publish a/", true)]
    [InlineData("Allow iot:Publish topic/a/*", "Publish a", false)]
    [InlineData("Allow iot:Publish topic/a*z", "Publish a/b/z", true)]
    [InlineData("Allow iot:Publish topic/a*z", "Publish az", true)]
    [InlineData("Allow iot:Publish topic/a?c", "Publish a/c", true)]
    [InlineData("Allow iot:Publish topic/a?c", "Publish ac", false)]
    [InlineData("Allow iot:Publish topic/a?c", "Publish aéc", true)]
    [InlineData("Allow iot:Publish topic/a?c", "Publish a😀c", true)]
    [InlineData("Allow iot:Publish topic/a?c", "Publish a..c", false)]
    [InlineData("Allow iot:Publish topic/*/x/*", "Publish a/x/x/b", true)]
    // A wildcard can reach over the end of the kind.
    [InlineData("Allow iot:* topic*", "Publish a", true)]
    [InlineData("Allow iot:* topic*", "Subscribe a", true)]
    [InlineData("Allow iot:* topic*", "Connect a", false)]
    [InlineData("Allow iot:* *", "Connect a", true)]
    [InlineData("Allow iot:* */a", "Connect a", true)]
    [InlineData("Allow iot:* */a", "Connect b/a", true)]
    [InlineData("Allow iot:* */a", "Connect b", false)]
    [InlineData("Allow iot:* t?pic/a", "Publish a", true)]
    [InlineData("Allow iot:* top*r/a", "Subscribe a", true)]
    [InlineData("Allow iot:* top*r/a", "Publish a", false)]
    [InlineData("Allow iot:* top*r/a", "Publish xr/a", true)]
    // MQTT's wildcards are characters like any.
    [InlineData("Allow iot:Subscribe topicfilter/a/+", "Subscribe a/+", true)]
    [InlineData("Allow iot:Subscribe topicfilter/a/+", "Subscribe a/b", false)]
    [InlineData("Allow iot:Subscribe topicfilter/a/#", "Subscribe a/#", true)]
    [InlineData("Allow iot:Subscribe topicfilter/a/#", "Subscribe a/b/c", false)]
    [InlineData("Allow iot:Subscribe topicfilter/a/*", "Subscribe a/#", true)]
    [InlineData("Allow iot:Subscribe topicfilter/a/*", "Subscribe #", false)]
    [InlineData("Allow iot:Subscribe topicfilter/a/*", "Subscribe +/b", false)]
    [InlineData("Allow iot:Receive topic/a/#", "Receive a/b", false)]
    // Any region, any account, every partition.
    [InlineData("Allow iot:Publish arn:aws-cn:iot:cn-north-1:000000000000:topic/a", "Publish a", true)]
    [InlineData("Allow iot:Publish arn:aws-us-gov:iot:*:*:topic/a", "Publish a", true)]
    [InlineData("Allow iot:Publish arn:aws:iot:::topic/a:b", "Publish a:b", true)]
    // Variables.
    [InlineData("Allow iot:Connect client/${iot:ClientId}", "Connect pump-a", true)]
    [InlineData("Allow iot:Connect client/${iot:ClientId}", "Connect pump-b", false)]
    [InlineData("Allow iot:Publish topic/t/${iot:Connection.Thing.ThingName}/*", "Publish t/pump/a", true)]
    [InlineData("Allow iot:Publish topic/t/${iot:Connection.Thing.ThingName}/*", "Publish t/pump2/a", false)]
    [InlineData("Allow iot:Publish topic/${iot:Connection.Thing.ThingTypeName}/${iot:Connection.Thing.Attributes[site]}", "Publish Pumps/north", true)]
    [InlineData("Allow iot:Publish topic/${iot:Certificate.Subject.CommonName}", "Publish pump.example", true)]
    [InlineData("Allow iot:Publish topic/a${*}b", "Publish a*b", true)]
    [InlineData("Allow iot:Publish topic/a${*}b", "Publish axb", false)]
    [InlineData("Allow iot:Publish topic/a${?}b${$}c", "Publish a?b$c", true)]
    [InlineData("Allow iot:Publish topic/a${?}b", "Publish axb", false)]
    [InlineData("Allow iot:Publish topic/$aws/$", "Publish $aws/$", true)]
    // One that has no value allows nothing.
    [InlineData("Allow iot:Publish topic/${iot:Connection.Thing.Attributes[other]}", "Publish other", false)]
    [InlineData("Allow iot:Publish topic/a${iot:Connection.Thing.Attributes[empty]}", "Publish a", false)]
    [InlineData("Allow iot:Publish topic/a,topic/${iot:Connection.Thing.Attributes[other]}", "Publish a", false)]
    public void One_allowing_statement(string statement, string question, bool isAllowed) =>
        Assert.Equal(isAllowed, Policy.For(Pump, statement).Allows(question));

    [Theory]
    [InlineData("Deny iot:Publish topic/a", "Publish a", false)]
    [InlineData("Deny iot:Publish topic/a", "Publish b", true)]
    [InlineData("Deny iot:Publish topic/a", "Receive a", true)]
    [InlineData("Deny iot:RetainPublish topic/a", "Publish a", true)]
    [InlineData("Deny iot:RetainPublish topic/a", "RetainPublish a", false)]
    [InlineData("Deny iot:publish topic/a", "Publish a", false)]
    [InlineData("Deny iot:* *", "Connect a", false)]
    [InlineData("Deny iot:Publish topic/a/${iot:ClientId}", "Publish a/pump-a", false)]
    [InlineData("Deny iot:Publish topic/a/${iot:ClientId}", "Publish a/b", true)]
    // One that has no value denies for every value.
    [InlineData("Deny iot:Publish topic/a/${iot:Connection.Thing.Attributes[other]}/z", "Publish a/b/z", false)]
    [InlineData("Deny iot:Publish topic/a/${iot:Connection.Thing.Attributes[other]}/z", "Publish a/b/y", true)]
    public void A_deny_wins_over_allow_all(string statement, string question, bool isAllowed)
    {
        Assert.Equal(isAllowed, Policy.For(Pump, "Allow * *", statement).Allows(question));
        Assert.Equal(isAllowed, Policy.For(Pump, statement, "Allow * *").Allows(question));
        Assert.Equal(isAllowed, SessionPolicy.Compile([Policy.Of("Allow * *"), Policy.Of(statement)], Pump).Allows(question));
    }

    [Theory]
    [InlineData("true", true, true)]
    [InlineData("true", false, false)]
    [InlineData("\"true\"", true, true)]
    [InlineData("[\"true\"]", false, false)]
    [InlineData("[true]", true, true)]
    [InlineData("\"false\"", true, false)]
    [InlineData("[\"false\"]", false, true)]
    public void The_condition_of_an_attached_thing(string value, bool isAttached, bool applies)
    {
        string statement = $$"""{"Effect":"EFFECT","Action":"iot:Connect","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":{{value}} } } }""";
        PolicyVariables client = new() { ThingIsAttached = isAttached };

        PolicyDocument allow = Policy.Read($$"""{"Version":"2012-10-17","Statement":{{statement.Replace("EFFECT", "Allow", StringComparison.Ordinal)}} }""");
        PolicyDocument deny = Policy.Read($$"""{"Version":"2012-10-17","Statement":[{{statement.Replace("EFFECT", "Deny", StringComparison.Ordinal)}}]}""");

        Assert.Equal(applies, SessionPolicy.Compile([allow], client).Connects("a"));
        Assert.Equal(!applies, SessionPolicy.Compile([deny, Policy.Of("Allow * *")], client).Connects("a"));
    }

    [Fact]
    public void A_session_without_policies_may_nothing_and_one_that_no_policy_binds_may_all()
    {
        string[] questions = ["Connect a", "Publish a", "RetainPublish a", "Subscribe #", "Receive a"];

        Assert.All(questions, question => Assert.False(SessionPolicy.DenyAll.Allows(question)));
        Assert.All(questions, question => Assert.False(SessionPolicy.Compile([], Pump).Allows(question)));
        Assert.All(questions, question => Assert.True(SessionPolicy.AllowAll.Allows(question)));
    }

    [Fact]
    public void A_decision_names_its_statement()
    {
        SessionPolicy policy = Policy.For(Pump, "Allow iot:Publish topic/a*", "Deny iot:Publish topic/ab");

        PolicyDecision allowed = policy.Decide(PolicyOperations.Publish, "a"u8);
        PolicyDecision denied = policy.Decide(PolicyOperations.Publish, "ab"u8);

        Assert.Equal(("ALLOWED", 0), (allowed.WireName, allowed.Statement!.Index));
        Assert.Equal(("EXPLICIT_DENY", 1), (denied.WireName, denied.Statement!.Index));
        Assert.Equal(("IMPLICIT_DENY", null), (policy.Decide(PolicyOperations.Receive, "a"u8).WireName, policy.Decide(PolicyOperations.Receive, "a"u8).Statement));
    }

    [Fact]
    public void Questions_allocate_nothing()
    {
        SessionPolicy policy = Policy.For(
            Pump, "Allow iot:* client/${iot:ClientId},topic/a/*,topic/b?*c,topicfilter/*/x", "Deny iot:* topic/a/secret", "Allow iot:RetainPublish topic/a/*");
        byte[][] names = [.. new[] { "pump-a", "a/b", "a/secret", "b😀..c", "x/x", "other" }.Select(System.Text.Encoding.UTF8.GetBytes)];
        int allowed = 0;
        for (int round = 0; round < 2; round++)
        {
            allowed = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (byte[] name in names)
            {
                allowed += policy.AllowsConnect(name) ? 1 : 0;
                allowed += policy.AllowsPublish(name, retain: true) ? 1 : 0;
                allowed += policy.AllowsSubscribe(name) ? 1 : 0;
                allowed += policy.AllowsReceive(name) ? 1 : 0;
            }

            if (round == 1)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // pump-a connects, a/b is published and received, b😀..c received and published, x/x subscribed to.
        Assert.Equal(6, allowed);
    }
}
