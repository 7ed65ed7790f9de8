using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Tests.Api;
using Xunit;
using static Defender.Gateway.Tests.Control.Mitigation.MitigationAccount;

namespace Defender.Gateway.Tests.Control.Mitigation;

/// <summary>Tasks and executions as the API shows them.</summary>
public sealed class DetectTaskListsTests
{
    private const string Tasks = "/detect/mitigationactions/tasks";
    private const string Executions = "/detect/mitigationactions/executions";

    [Fact]
    public async Task A_task_is_described_in_full()
    {
        await using var account = new MitigationAccount();
        account.Violate(1, registered: true);
        account.Isolate();
        ApiAnswer started = await account.SendAsync(
            HttpMethod.Put, $"{Tasks}/t1",
            """{"target":{"securityProfileName":"ports"},"actions":["isolate"],"violationEventOccurrenceRange":{"startTime":0,"endTime":4102444800},"includeOnlyActiveViolations":true,"clientRequestToken":"a"}""");
        Assert.Equal(200, started.Status);
        account.Clock.Advance(TimeSpan.FromMilliseconds(1500));
        account.RunToEnd("t1");

        JsonElement task = (await account.SendAsync(HttpMethod.Get, $"{Tasks}/t1")).Body.GetProperty("taskSummary");

        string id = account.State.MitigationActions.All.Single().ActionId;
        Assert.Equal(
            """
            {"taskId":"t1","taskStatus":"SUCCESSFUL","taskStartTime":1795219200,"taskEndTime":1795219201.5,
            "target":{"securityProfileName":"ports"},"violationEventOccurrenceRange":{"startTime":0,"endTime":4102444800},
            "onlyActiveViolationsIncluded":true,"suppressedAlertsIncluded":false,
            "actionsDefinition":[{"name":"isolate","id":"ACTION-ID","roleArn":"arn:aws:iam::123456789012:role/mitigation",
            "actionParams":{"addThingsToThingGroupParams":{"thingGroupNames":["quarantine"]}}}],
            "taskStatistics":{"actionsExecuted":1,"actionsSkipped":0,"actionsFailed":0}}
            """.ReplaceLineEndings("").Replace("ACTION-ID", id, StringComparison.Ordinal),
            task.GetRawText());
        Assert.Equal("ResourceNotFoundException", (await account.SendAsync(HttpMethod.Get, $"{Tasks}/t2")).ErrorType);
    }

    [Fact]
    public async Task Tasks_are_listed_by_their_start_the_newest_first()
    {
        await using var account = new MitigationAccount();
        account.Isolate();
        foreach (string taskId in new[] { "c", "a", "d", "b" })
        {
            account.Start(taskId, OnProfile("isolate"));
            account.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        ApiAnswer first = await account.SendAsync(HttpMethod.Get, $"{Tasks}?startTime=2026-11-21T00:01:00Z&endTime=2026-11-21T00:03:00Z&maxResults=2");
        string token = first.Body.GetProperty("nextToken").GetString()!;
        ApiAnswer second = await account.SendAsync(HttpMethod.Get, $"{Tasks}?startTime=2026-11-21T00:01:00Z&endTime=2026-11-21T00:03:00Z&nextToken={token}");

        Assert.Equal(["b", "d"], Ids(first));
        Assert.Equal(["a"], Ids(second));
        Assert.False(second.Body.TryGetProperty("nextToken", out _));
        Assert.Equal(
            "InvalidRequestException",
            (await account.SendAsync(HttpMethod.Get, $"{Tasks}?startTime=2026-11-21T00:03:00Z&endTime=2026-11-21T00:01:00Z")).ErrorType);
    }

    [Fact]
    public async Task Executions_are_found_by_task_violation_thing_and_time()
    {
        await using var account = new MitigationAccount();
        account.Violate(3);
        account.Tell("one");
        account.Tell("two");
        account.Start("t1", OnProfile("one", "two"));
        account.RunToEnd("t1");
        account.Clock.Advance(TimeSpan.FromHours(1));
        account.Start("t1-b", OnViolations(["v1"], "one"));
        account.RunToEnd("t1-b");

        Assert.Equal(["v2 one", "v2 two", "v1 one", "v1 two", "v0 one", "v0 two"], await Names(account, "taskId=t1"));
        Assert.Equal(["v1 one", "v1 one", "v1 two"], await Names(account, "violationId=v1"));
        Assert.Equal(["v0 one", "v0 two"], await Names(account, "thingName=thing-0"));
        Assert.Equal(["v1 one", "v1 two"], await Names(account, "thingName=thing-1&taskId=t1"));
        Assert.Equal(["v1 one"], await Names(account, "startTime=2026-11-21T01:00:00Z&endTime=2026-11-21T01:00:00Z"));
        Assert.Empty(await Names(account, "taskId=none"));
    }

    [Fact]
    public async Task Executions_come_page_by_page_in_the_order_of_a_task()
    {
        await using var account = new MitigationAccount();
        account.Violate(60);
        account.Tell();
        account.Start("t1", OnProfile("tell"));
        account.Start("t10", OnProfile("tell"));
        account.RunToEnd("t10");
        account.RunToEnd("t1");

        string[] seen = [];
        string token = "";
        for (int pages = 1; ; pages++)
        {
            ApiAnswer page = await account.SendAsync(HttpMethod.Get, $"{Executions}?taskId=t1{token}");
            seen = [.. seen, .. page.Body.GetProperty("actionsExecutions").EnumerateArray().Select(execution => execution.GetProperty("violationId").GetString()!)];
            if (!page.Body.TryGetProperty("nextToken", out JsonElement next))
            {
                Assert.Equal(3, pages);
                break;
            }

            token = $"&nextToken={next.GetString()}";
        }

        Assert.Equal(Enumerable.Range(0, 60).Reverse().Select(i => $"v{i}"), seen);
    }

    [Theory]
    [InlineData("", "one of taskId, violationId, thingName, or startTime with endTime should be given")]
    [InlineData("taskId=t1&startTime=2026-11-21T00:00:00Z&endTime=2026-11-21T00:00:00Z", "taskId cannot be given together with startTime and endTime")]
    [InlineData("startTime=2026-11-21T00:00:00Z", "startTime and endTime should be given together")]
    [InlineData("startTime=2026-11-21T00:00:01Z&endTime=2026-11-21T00:00:00Z", "startTime should not be after endTime")]
    public async Task Filters_that_do_not_go_together_are_refused(string query, string message)
    {
        await using var account = new MitigationAccount();

        ApiAnswer answer = await account.SendAsync(HttpMethod.Get, $"{Executions}?{query}");

        Assert.Equal(("InvalidRequestException", message), (answer.ErrorType, answer.Message));
    }

    [Fact]
    public async Task An_execution_says_what_went_wrong()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Isolate();
        account.Start("t1", OnProfile("isolate"));
        account.RunToEnd("t1");

        ApiAnswer answer = await account.SendAsync(HttpMethod.Get, $"{Executions}?taskId=t1");

        Assert.Equal(
            """
            [{"taskId":"t1","violationId":"v0","actionName":"isolate","thingName":"thing-0","executionStartDate":1795219200,
            "executionEndDate":1795219200,"status":"FAILED","errorCode":"ResourceNotFound",
            "message":"Thing thing-0 is not in the registry: only registered things can be in a group"}]
            """.ReplaceLineEndings(""),
            answer.Body.GetProperty("actionsExecutions").GetRawText());
    }

    private static string[] Ids(ApiAnswer answer) =>
        [.. answer.Body.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("taskId").GetString()!)];

    private static async Task<string[]> Names(MitigationAccount account, string query) =>
        [.. (await account.SendAsync(HttpMethod.Get, $"{Executions}?{query}")).Body.GetProperty("actionsExecutions").EnumerateArray()
            .Select(execution => $"{execution.GetProperty("violationId").GetString()} {execution.GetProperty("actionName").GetString()}")];
}
