using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Gateway.Policies.Reading;
using Xunit;

namespace Defender.Gateway.Tests.Policies;

/// <summary>Which documents are policies, and what is said of those that are not.</summary>
public sealed class PolicyReaderTests
{
    private const string Good = """{"Effect":"Allow","Action":"*","Resource":"*"}""";

    [Theory]
    [InlineData("""[]""", ": should be an object")]
    [InlineData("""null""", ": is missing, it should be an object")]
    [InlineData("""{"Statement":GOOD}""", ".Version: is missing, it should be a text")]
    [InlineData("""{"Version":"2012-10-18","Statement":GOOD}""", ".Version: should be 2012-10-17 or 2008-10-17")]
    [InlineData("""{"Version":20121017,"Statement":GOOD}""", ".Version: should be a text")]
    [InlineData("""{"Version":"2012-10-17"}""", ".Statement: is missing, it should be a statement or a list of them")]
    [InlineData("""{"Version":"2012-10-17","Statement":[]}""", ".Statement: should not be empty")]
    [InlineData("""{"Version":"2012-10-17","Statement":["text"]}""", ".Statement[0]: should be an object")]
    [InlineData("""{"Version":"2012-10-17","Statement":GOOD,"statement":GOOD}""", ".statement: is not known. Did you mean Statement?")]
    [InlineData("""{"Version":"2012-10-17","Id":1,"Statement":GOOD}""", ".Id: should be a text")]
    [InlineData("""STATEMENT{"Action":"*","Resource":"*"}""", ".Statement.Effect: is missing, it should be a text")]
    [InlineData("""STATEMENT{"Effect":"Permit","Action":"*","Resource":"*"}""", ".Statement.Effect: should be Allow or Deny")]
    [InlineData("""STATEMENT{"Effect":"Allow","Resource":"*"}""", ".Statement.Action: is missing, it should be a text")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":[],"Resource":"*"}""", ".Statement.Action: should not be empty")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"","Resource":"*"}""", ".Statement.Action: should not be empty")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":["iot:Connect",1],"Resource":"*"}""", ".Statement.Action[1]: should be a text")]
    [InlineData("""STATEMENT{"Effect":"Deny","Action":"iot:Publsh","Resource":"*"}""", ".Statement.Action: is no action of AWS IoT. Did you mean iot:Publish?")]
    [InlineData("""STATEMENT{"Effect":"Deny","Action":"Publish","Resource":"*"}""", ".Statement.Action: should be an action like iot:Publish, iot:* or *")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"iot:Connect iot:Publish","Resource":"*"}""", ".Statement.Action: should be an action like iot:Publish, iot:* or *")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*"}""", ".Statement.Resource: is missing, it should be a text")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":["*","topic/a"]}""", ".Statement.Resource[1]: should be * or an ARN like arn:aws:iot:us-east-1:123456789012:topic/NAME, of a client, topic or topicfilter")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::topic/a"}""", ".Statement.Resource: should be * or an ARN like arn:aws:iot:us-east-1:123456789012:topic/NAME, of a client, topic or topicfilter")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:${AWS::Region}:1:topic/a"}""", ".Statement.Resource: should be * or an ARN like arn:aws:iot:us-east-1:123456789012:topic/NAME, of a client, topic or topicfilter")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:*:*:topic/${aws:SourceIp}"}""", ".Statement.Resource: holds ${aws:SourceIp}, which is no variable that has a value here")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:*:*:topic/${iot:clientid}"}""", ".Statement.Resource: holds ${iot:clientid}, which is no variable that has a value here")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:*:*:topic/${iot:Connection.Thing.Attributes[]}"}""", ".Statement.Resource: holds ${iot:Connection.Thing.Attributes[]}, which is no variable that has a value here")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:*:*:topic/${iot:ClientId"}""", ".Statement.Resource: holds ${ without }")]
    [InlineData("""{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iot:*:*:topic/${iot:ClientId}"}}""", ".Version: should be 2012-10-17, which has variables")]
    // What widens or narrows a statement and is not understood.
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}""", ".Statement.Principal: is not known. Known are Sid, Effect, Action, Resource, Condition.")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","NotAction":"iot:Connect","Resource":"*"}""", ".Statement.NotAction: is not known. Known are Sid, Effect, Action, Resource, Condition.")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}""", ".Statement.NotResource: is not known. Known are Sid, Effect, Action, Resource, Condition.")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}""", ".Statement.Condition.Bool: is missing, it should be an object")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{}}}""", ".Statement.Condition.Bool: should hold iot:Connection.Thing.IsAttached")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":["true","false"]}}}""", """.Statement.Condition.Bool["iot:Connection.Thing.IsAttached"]: should be true or false""")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":"yes"}}}""", """.Statement.Condition.Bool["iot:Connection.Thing.IsAttached"]: should be true or false""")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":true},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}""", ".Statement.Condition.IpAddress: is not known. Known are Bool.")]
    [InlineData("""STATEMENT{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"iot:Connection.Thing.IsAttached":true,"aws:SecureTransport":true}}}""", ".Statement.Condition.Bool.aws:SecureTransport: is not known. Known are iot:Connection.Thing.IsAttached.")]
    public void A_mistake_is_named_with_its_place(string document, string mistake)
    {
        string text = document.Replace("GOOD", Good, System.StringComparison.Ordinal);
        if (text.StartsWith("STATEMENT", System.StringComparison.Ordinal))
            text = $$"""{"Version":"2012-10-17","Statement":{{text["STATEMENT".Length..]}}}""";
        Assert.Equal($"[\"P\"]{mistake}", Assert.Single(MistakesOf($$"""{"P":{{text}}}""")));
    }

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(
        ["""["A B"]: should be named with 1 to 128 letters, digits and _+=,.@-""", """["A B"].Statement[0].Effect: should be Allow or Deny""", """["A B"].Statement[1].Action: is missing, it should be a text"""],
        MistakesOf("""{"A B":{"Version":"2012-10-17","Statement":[{"Effect":"No","Action":"*","Resource":"*"},{"Effect":"Allow","Resource":"*"}]}}"""));

    [Fact]
    public void A_member_given_twice_is_refused() => Assert.Contains(
        "Effect", Assert.Single(MistakesOf("""{"P":{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}}""")), System.StringComparison.Ordinal);

    [Fact]
    public void A_document_may_be_a_text_as_AWS_answers_it()
    {
        string document = $$"""{"Version":"2008-10-17","Id":"x","Statement":[{{Good.Replace("{\"", "{\"Sid\":\"All\",\"", System.StringComparison.Ordinal)}}]}""";

        Assert.True(Policy.TryRead($$"""{"P":{{JsonSerializer.Serialize(document)}}}""", out var policies, out _));

        Assert.Equal("All", Assert.Single(policies!["P"].Statements).Sid);
        Assert.StartsWith("""["P"]: is not JSON: """, Assert.Single(MistakesOf("""{"P":"{"}""")), System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PolicyReader.MaxCharacters, true)]
    [InlineData(PolicyReader.MaxCharacters + 1, false)]
    public void A_document_has_as_many_characters_as_AWS_allows_and_any_white_space(int characters, bool isValid)
    {
        string start = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:iot:*:*:topic/";
        string document = $"{start}{new string('a', characters - start.Length - 3)}\" \n\t }}}}";

        Assert.Equal(isValid ? [] : [$"[\"P\"]: has {characters} characters besides white space, AWS allows 2048"], MistakesOf($$"""{"P":{{document}}}"""));
        Assert.Equal(isValid, MistakesOf($$"""{"P":{{JsonSerializer.Serialize(document)}}}""").Count == 0);
    }

    [Fact]
    public void A_file_is_bounded()
    {
        string document = $$"""{"Version":"2012-10-17","Statement":{{Good}}}""";
        string file = "{" + string.Join(',', Enumerable.Range(0, PolicyFile.MaxPolicies + 1).Select(i => $"\"p{i}\":{document}")) + "}";

        Assert.Equal("document: should hold at most 1000 policies", Assert.Single(MistakesOf(file)));
        Assert.Equal("document: should have at most 1048576 bytes", Assert.Single(MistakesOf(new string(' ', PolicyFile.MaxBytes + 1))));
        Assert.StartsWith("document: is not JSON", Assert.Single(MistakesOf(new string('[', 100_000))), System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A", true)]
    [InlineData("a_b+c=d,e.f@g-0", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    [InlineData("é", false)]
    public void Names_are_those_of_AWS(string name, bool isValid) => Assert.Equal(isValid, PolicyFile.IsName(name));

    [Fact]
    public void A_byte_order_mark_is_no_mistake()
    {
        string file = $$"""{"P":{"Version":"2012-10-17","Statement":{{Good}} } }""";

        Assert.True(PolicyFile.TryRead(Encoding.UTF8.GetBytes('\uFEFF' + file), out _, out _));
    }

    private static IReadOnlyList<string> MistakesOf(string file)
    {
        bool isValid = Policy.TryRead(file, out _, out IReadOnlyList<string> mistakes);
        Assert.Equal(isValid, mistakes.Count == 0);
        return mistakes;
    }
}
