using System;
using System.Linq;
using System.Text.Json;
using Xunit;

namespace Defender.Gateway.Tests.Cli;

/// <summary><c>policy check</c>.</summary>
public sealed class PolicyCheckTests
{
    private const string Policies =
        """
        {
          "Things": {"Version":"2012-10-17","Statement":[
            {"Sid":"Own","Effect":"Allow","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/${iot:Connection.Thing.ThingName}/*"},
            {"Effect":"Deny","Action":"iot:Publish","Resource":"arn:aws:iot:*:*:topic/*/secret"},
            {"Effect":"Allow","Action":"iot:Connect","Resource":"arn:aws:iot:*:*:client/${iot:ClientId}"},
            {"Effect":"Allow","Action":"iot:Receive","Resource":"arn:aws:iot:*:*:topic/${iot:Connection.Thing.ThingTypeName}/${iot:Connection.Thing.Attributes[site]}/${iot:Certificate.Subject.CommonName}"}]},
          "All": {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
        }
        """;

    [Theory]
    [InlineData("--policy Things --thing pump --action Publish --resource pump/a", 0, "ALLOWED", 0)]
    [InlineData("--policy Things --thing pump --action Publish --resource pump/secret", 3, "EXPLICIT_DENY", 1)]
    [InlineData("--policy Things --thing pump --action Publish --resource fan/a", 3, "IMPLICIT_DENY", null)]
    [InlineData("--policy Things --action Publish --resource pump/a", 3, "IMPLICIT_DENY", null)]
    [InlineData("--policy Things --thing pump --action Connect --resource pump", 0, "ALLOWED", 2)]
    [InlineData("--policy Things --thing pump --client-id x --action Connect --resource pump", 3, "IMPLICIT_DENY", null)]
    [InlineData("--policy Things --thing p --thing-type T --attribute site=n --attribute a=b=c --common-name c --action Receive --resource T/n/c", 0, "ALLOWED", 3)]
    [InlineData("--thing pump --action Publish --resource fan/a", 0, "ALLOWED", 0)]
    [InlineData("--policy All --policy Things --action Publish --resource fan/secret", 3, "EXPLICIT_DENY", 1)]
    public void A_question_is_answered_with_the_statement_that_decides(string options, int status, string decision, int? statement)
    {
        using var folder = new Folder();
        string file = folder.Write("p.json", Policies);

        Verb check = Verb.Run(["policy", "check", file, .. options.Split(' ')]);

        Assert.Equal((status, ""), (check.Status, check.Errors));
        JsonElement answer = Assert.Single(check.Documents);
        Assert.True(answer.GetProperty("valid").GetBoolean());
        Assert.Equal(decision, answer.GetProperty("authDecision").GetString());
        Assert.Equal(statement, answer.TryGetProperty("statement", out JsonElement found) ? found.GetProperty("index").GetInt32() : null);
    }

    [Fact]
    public void The_statement_is_told_by_policy_and_sid()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("policy", "check", folder.Write("p.json", Policies), "--policy", "Things", "--thing", "a", "--action", "Publish", "--resource", "a/b");

        Assert.EndsWith("""
            "action":"iot:Publish","resource":"a/b","authDecision":"ALLOWED","statement":{"policyName":"Things","index":0,"sid":"Own"}}
            """, check.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_valid_file_gives_0_and_one_with_mistakes_3()
    {
        using var folder = new Folder();
        string good = folder.Write("p.json", Policies), bad = folder.Write("q.json", Policies.Replace("Deny", "deny", StringComparison.Ordinal));

        Assert.Equal((0, $$"""{"file":"{{good}}","valid":true,"validationErrors":[]}"""), (Verb.Run("policy", "check", good).Status, Verb.Run("policy", "check", good).Lines[0]));
        Verb check = Verb.Run("policy", "check", bad, "--action", "Publish", "--resource", "a");
        Assert.Equal(3, check.Status);
        Assert.Equal("""["Things"].Statement[1].Effect: should be Allow or Deny""", check.Documents[0].GetProperty("validationErrors").EnumerateArray().Single().GetString());
    }

    [Theory]
    [InlineData("--policy Other --action Publish --resource a", "has no policy Other")]
    [InlineData("--action Publish", "--action and --resource belong together")]
    [InlineData("--resource a", "--action and --resource belong together")]
    [InlineData("--action Fly --resource a", "Fly")]
    [InlineData("--action None --resource a", "None")]
    [InlineData("--attribute a --action Publish --resource a", "--attribute takes NAME=VALUE")]
    public void A_question_that_makes_no_sense_is_refused(string options, string reason)
    {
        using var folder = new Folder();

        Verb check = Verb.Run(["policy", "check", folder.Write("p.json", Policies), .. options.Split(' ')]);

        Assert.NotEqual(0, check.Status);
        Assert.Contains(reason, check.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_gives_2()
    {
        using var folder = new Folder();

        Verb check = Verb.Run("policy", "check", folder.Root);

        Assert.Equal((2, ""), (check.Status, check.Output));
        Assert.Contains("it is a directory", check.Errors, StringComparison.Ordinal);
    }
}
