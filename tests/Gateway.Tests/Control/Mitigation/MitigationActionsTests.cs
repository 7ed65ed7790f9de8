using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Tests.Api;
using Xunit;

namespace Defender.Gateway.Tests.Control.Mitigation;

public sealed class MitigationActionsTests
{
    private const string Deactivate = """{"updateDeviceCertificateParams":{"action":"DEACTIVATE"}}""";
    private const string Move = """{"addThingsToThingGroupParams":{"thingGroupNames":["quarantine"],"overrideDynamicGroups":true}}""";

    [Theory]
    [InlineData("UPDATE_DEVICE_CERTIFICATE", Deactivate)]
    [InlineData("UPDATE_CA_CERTIFICATE", """{"updateCACertificateParams":{"action":"DEACTIVATE"}}""")]
    [InlineData("ADD_THINGS_TO_THING_GROUP", Move)]
    [InlineData("REPLACE_DEFAULT_POLICY_VERSION", """{"replaceDefaultPolicyVersionParams":{"templateName":"BLANK_POLICY"}}""")]
    [InlineData("ENABLE_IOT_LOGGING", """{"enableIoTLoggingParams":{"roleArnForLogging":"arn:aws:iam::123456789012:role/log","logLevel":"WARN"}}""")]
    [InlineData("PUBLISH_FINDING_TO_SNS", """{"publishFindingToSnsParams":{"topicArn":"arn:aws:sns:us-east-1:123456789012:t"}}""")]
    public async Task Every_type_is_kept_and_described(string type, string actionParams)
    {
        await using var account = new MitigationAccount();

        ApiAnswer created = await CreateAsync(account, "a1", actionParams);

        Assert.Equal((200, "arn:aws:iot:us-east-1:123456789012:mitigationaction/a1"), (created.Status, created.Body.GetProperty("actionArn").GetString()));
        JsonElement described = (await account.SendAsync(HttpMethod.Get, "/mitigationactions/actions/a1")).Body;
        Assert.Equal(
            ("a1", type, created.Body.GetProperty("actionId").GetString(), MitigationAccount.Role),
            (described.GetProperty("actionName").GetString(), described.GetProperty("actionType").GetString(),
                described.GetProperty("actionId").GetString(), described.GetProperty("roleArn").GetString()));
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(actionParams), described.GetProperty("actionParams")));
        Assert.Equal(account.Clock.GetUtcNow().ToUnixTimeSeconds(), described.GetProperty("creationDate").GetDecimal());
    }

    [Theory]
    [InlineData("{}", "it has none")]
    [InlineData("""{"addThingsToThingGroupParams":null}""", "it has none")]
    [InlineData("""{"addThingsToThingGroupParams":{"thingGroupNames":["g"]},"updateDeviceCertificateParams":{"action":"DEACTIVATE"}}""",
        "it has updateDeviceCertificateParams, addThingsToThingGroupParams")]
    public async Task An_action_has_exactly_one_type(string actionParams, string message)
    {
        await using var account = new MitigationAccount();

        ApiAnswer answer = await CreateAsync(account, "a1", actionParams);

        Assert.Equal("InvalidRequestException", answer.ErrorType);
        Assert.EndsWith(message, answer.Message);
        Assert.Equal(0, account.State.MitigationActions.Count);
    }

    [Fact]
    public async Task A_member_that_is_given_twice_does_no_harm()
    {
        await using var account = new MitigationAccount();

        ApiAnswer answer = await CreateAsync(
            account, "a1", """{"addThingsToThingGroupParams":{"thingGroupNames":["a"],"thingGroupNames":["b"]},"addThingsToThingGroupParams":{"thingGroupNames":["c"]}}""");

        Assert.Equal(200, answer.Status);
        Assert.Equal("c", MitigationActions.Get(account.State, "a1").ActionParams.GetProperty("addThingsToThingGroupParams").GetProperty("thingGroupNames")[0].GetString());
    }

    [Fact]
    public async Task A_name_that_exists_is_refused_with_its_id()
    {
        await using var account = new MitigationAccount();
        ApiAnswer created = await CreateAsync(account, "a1", Move);

        ApiAnswer answer = await CreateAsync(account, "a1", Move);

        Assert.Equal((409, "ResourceAlreadyExistsException"), (answer.Status, answer.ErrorType));
        Assert.Equal(created.Body.GetProperty("actionId").GetString(), answer.Body.GetProperty("resourceId").GetString());
        Assert.Equal(created.Body.GetProperty("actionArn").GetString(), answer.Body.GetProperty("resourceArn").GetString());
    }

    [Fact]
    public async Task The_hundred_and_first_action_is_refused()
    {
        await using var account = new MitigationAccount();
        for (int i = 0; i < MitigationActions.MaxActions; i++)
            account.Act($"a{i}", Move);

        Assert.Equal("LimitExceededException", (await CreateAsync(account, "one-more", Move)).ErrorType);
    }

    [Fact]
    public async Task An_update_changes_what_it_gives()
    {
        await using var account = new MitigationAccount();
        await CreateAsync(account, "a1", Move);
        account.Clock.Advance(System.TimeSpan.FromSeconds(5));

        ApiAnswer answer = await account.SendAsync(HttpMethod.Patch, "/mitigationactions/actions/a1", """{"roleArn":"arn:aws:iam::123456789012:role/other"}""");

        Assert.Equal(200, answer.Status);
        var action = MitigationActions.Get(account.State, "a1");
        Assert.Equal("arn:aws:iam::123456789012:role/other", action.RoleArn);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Move), action.ActionParams));
        Assert.Equal(action.CreatedAt.AddSeconds(5), action.ModifiedAt);
    }

    [Fact]
    public async Task An_update_cannot_change_the_type()
    {
        await using var account = new MitigationAccount();
        await CreateAsync(account, "a1", Move);

        ApiAnswer answer = await account.SendAsync(HttpMethod.Patch, "/mitigationactions/actions/a1", $$"""{"actionParams":{{Deactivate}}}""");

        Assert.Equal("InvalidRequestException", answer.ErrorType);
        Assert.Equal("Mitigation action a1 is of type ADD_THINGS_TO_THING_GROUP: it cannot become UPDATE_DEVICE_CERTIFICATE", answer.Message);
    }

    [Fact]
    public async Task An_unknown_action_is_not_found_but_can_be_deleted()
    {
        await using var account = new MitigationAccount();

        Assert.Equal("ResourceNotFoundException", (await account.SendAsync(HttpMethod.Get, "/mitigationactions/actions/a1")).ErrorType);
        Assert.Equal("ResourceNotFoundException", (await account.SendAsync(HttpMethod.Patch, "/mitigationactions/actions/a1", "{}")).ErrorType);
        Assert.Equal(200, (await account.SendAsync(HttpMethod.Delete, "/mitigationactions/actions/a1")).Status);
    }

    [Fact]
    public async Task Tags_come_and_go_with_the_action()
    {
        await using var account = new MitigationAccount();
        await account.SendAsync(
            HttpMethod.Post, "/mitigationactions/actions/a1",
            $$"""{"roleArn":"{{MitigationAccount.Role}}","actionParams":{{Move}},"tags":[{"Key":"team","Value":"ot"}]}""");
        Assert.Equal(["team"], ResourceTags.Of(account.State, "mitigationaction/a1").Select(tag => tag.Key));

        await account.SendAsync(HttpMethod.Delete, "/mitigationactions/actions/a1");

        Assert.Empty(ResourceTags.Of(account.State, "mitigationaction/a1"));
        Assert.Equal(0, account.State.MitigationActions.Count);
    }

    [Fact]
    public async Task Lists_are_by_name_and_can_be_of_one_type()
    {
        await using var account = new MitigationAccount();
        foreach (string name in new[] { "c", "a", "b" })
            account.Act(name, Move);
        account.Act("d", Deactivate);

        ApiAnswer first = await account.SendAsync(HttpMethod.Get, "/mitigationactions/actions?maxResults=2&actionType=ADD_THINGS_TO_THING_GROUP");
        string token = first.Body.GetProperty("nextToken").GetString()!;
        ApiAnswer second = await account.SendAsync(HttpMethod.Get, $"/mitigationactions/actions?actionType=ADD_THINGS_TO_THING_GROUP&nextToken={token}");

        Assert.Equal(["a", "b"], Names(first));
        Assert.Equal(["c"], Names(second));
        Assert.False(second.Body.TryGetProperty("nextToken", out _));
        Assert.Equal(["a", "b", "c", "d"], Names(await account.SendAsync(HttpMethod.Get, "/mitigationactions/actions")));
    }

    [Fact]
    public async Task Actions_are_there_after_a_restart()
    {
        await using var account = new MitigationAccount();
        await CreateAsync(account, "a1", Move);

        var reopened = new ControlPlane(account.Store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), account.Clock);

        var (before, after) = (MitigationActions.Get(account.State, "a1"), MitigationActions.Get(reopened.State, "a1"));
        Assert.Equal(before with { ActionParams = default }, after with { ActionParams = default });
        Assert.True(JsonElement.DeepEquals(before.ActionParams, after.ActionParams));
    }

    private static Task<ApiAnswer> CreateAsync(MitigationAccount account, string name, string actionParams) => account.SendAsync(
        HttpMethod.Post, $"/mitigationactions/actions/{name}", $$"""{"roleArn":"{{MitigationAccount.Role}}","actionParams":{{actionParams}}}""");

    private static string[] Names(ApiAnswer answer) =>
        [.. answer.Body.GetProperty("actionIdentifiers").EnumerateArray().Select(action => action.GetProperty("actionName").GetString()!)];
}
