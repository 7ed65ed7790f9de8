using System;
using System.Net.Http;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Tests.Api;
using Xunit;
using static Defender.Gateway.Tests.Control.Mitigation.MitigationAccount;

namespace Defender.Gateway.Tests.Control.Mitigation;

/// <summary>What may be asked of tasks; no worker runs here.</summary>
public sealed class DetectTaskRulesTests
{
    [Theory]
    [InlineData("""{}""", "target should have either")]
    [InlineData("""{"behaviorName":"few"}""", "target should have either")]
    [InlineData("""{"violationIds":["v0"],"securityProfileName":"ports"}""", "target should have either")]
    [InlineData("""{"violationIds":["v0"],"behaviorName":"few"}""", "target should have either")]
    [InlineData("""{"violationIds":["v0","v77","v78"]}""", "Violations do not exist: v77, v78")]
    [InlineData("""{"securityProfileName":"gone"}""", "Security profile gone does not exist")]
    [InlineData("""{"securityProfileName":"ports","behaviorName":"gone"}""", "Security profile ports has no behavior gone")]
    public async Task A_target_is_one_of_three_kinds_and_exists(string target, string message)
    {
        await using MitigationAccount account = Furnished();

        ApiAnswer answer = await StartAsync(account, "t1", target);

        Assert.Equal("InvalidRequestException", answer.ErrorType);
        Assert.StartsWith(message, answer.Message);
    }

    [Theory]
    [InlineData("""{"violationIds":["v0"]}""")]
    [InlineData("""{"securityProfileName":"ports"}""")]
    [InlineData("""{"securityProfileName":"ports","behaviorName":"few"}""")]
    public async Task The_three_kinds_of_targets_are_taken(string target)
    {
        await using MitigationAccount account = Furnished();

        ApiAnswer answer = await StartAsync(account, "t1", target);

        Assert.Equal("t1", answer.Body.GetProperty("taskId").GetString());
        ApiAnswer described = await account.SendAsync(HttpMethod.Get, "/detect/mitigationactions/tasks/t1");
        Assert.Equal(target, described.Body.GetProperty("taskSummary").GetProperty("target").GetRawText());
    }

    [Fact]
    public async Task Actions_that_do_not_exist_are_named()
    {
        await using MitigationAccount account = Furnished();

        Assert.Equal(
            "Mitigation actions do not exist: gone, away",
            Refusal(account, "t1", OnProfile("gone", "isolate", "away"), ControlError.InvalidRequest));
        Assert.Equal("actions should name each action once", Refusal(account, "t1", OnProfile("isolate", "isolate"), ControlError.InvalidRequest));
    }

    [Fact]
    public async Task A_range_ends_after_it_starts()
    {
        await using MitigationAccount account = Furnished();
        DateTimeOffset now = account.Clock.GetUtcNow();

        Refusal(account, "t1", OnProfile("isolate") with { From = now, To = now.AddSeconds(-1) }, ControlError.InvalidRequest);

        account.Start("t1", OnProfile("isolate") with { From = now, To = now });
    }

    [Fact]
    public async Task The_same_request_again_gives_the_same_answer_and_another_one_does_not()
    {
        await using MitigationAccount account = Furnished();
        account.Start("t1", OnProfile("isolate"), "token");
        DetectTaskResource started = DetectTasks.Get(account.State, "t1");
        account.Clock.Advance(TimeSpan.FromSeconds(1));

        account.Start("t1", OnProfile("isolate"), "token");

        Assert.Same(started, DetectTasks.Get(account.State, "t1"));
        Refusal(account, "t1", OnProfile("isolate"), ControlError.TaskAlreadyExists, "other");
        Refusal(account, "t1", OnProfile("isolate") with { OnlyActive = true }, ControlError.TaskAlreadyExists, "token");
        Refusal(account, "t2", OnProfile("isolate"), ControlError.TaskAlreadyExists, "token");
    }

    [Fact]
    public async Task A_request_that_is_repeated_after_its_violations_and_actions_are_gone_is_answered_too()
    {
        await using MitigationAccount account = Furnished();
        await StartAsync(account, "t1", """{"violationIds":["v0"]}""");
        account.EndViolation(0);
        account.Store.DeleteBefore(account.Clock.GetUtcNow().AddDays(1), account.Clock.GetUtcNow());
        account.Control.Change(draft => MitigationActions.Delete(draft, "isolate"));

        Assert.Equal(200, (await StartAsync(account, "t1", """{"violationIds":["v0"]}""")).Status);
    }

    [Fact]
    public async Task Five_tasks_run_at_a_time()
    {
        await using MitigationAccount account = Furnished();
        for (int i = 0; i < DetectTasks.MaxRunning; i++)
            account.Start($"t{i}", OnProfile("isolate"));

        Refusal(account, "one-more", OnProfile("isolate"), ControlError.LimitExceeded);

        account.Control.Change(draft => DetectTasks.Cancel(draft, "t3"));
        account.Start("one-more", OnProfile("isolate"));
    }

    [Fact]
    public async Task A_task_is_cancelled_once()
    {
        await using MitigationAccount account = Furnished();
        account.Start("t1", OnProfile("isolate"));

        Assert.Equal(200, (await account.SendAsync(HttpMethod.Put, "/detect/mitigationactions/tasks/t1/cancel")).Status);

        DetectTaskResource task = DetectTasks.Get(account.State, "t1");
        Assert.Equal((TaskStatuses.Canceled, account.Clock.GetUtcNow()), (task.Status, task.EndedAt));
        Assert.Equal("InvalidRequestException", (await account.SendAsync(HttpMethod.Put, "/detect/mitigationactions/tasks/t1/cancel")).ErrorType);
        Assert.Equal("ResourceNotFoundException", (await account.SendAsync(HttpMethod.Put, "/detect/mitigationactions/tasks/t2/cancel")).ErrorType);
    }

    [Fact]
    public async Task A_finished_task_cannot_be_cancelled()
    {
        await using MitigationAccount account = Furnished();
        account.Start("t1", OnProfile("isolate"));
        account.RunToEnd("t1");

        ControlException error = Assert.Throws<ControlException>(() => account.Control.Change(draft => DetectTasks.Cancel(draft, "t1")));

        Assert.Equal(ControlError.InvalidRequest, error.Error);
    }

    [Fact]
    public async Task A_task_keeps_its_actions_as_they_were()
    {
        await using MitigationAccount account = Furnished();
        account.Start("t1", OnProfile("isolate"));

        account.Control.Change(draft => MitigationActions.Delete(draft, "isolate"));

        Assert.Equal(TaskStatuses.Failed, account.RunToEnd("t1").Status);
        Assert.Equal("Thing thing-0 is not in the registry: only registered things can be in a group", Assert.Single(account.Executions("t1")).Message);
    }

    private static MitigationAccount Furnished()
    {
        var account = new MitigationAccount();
        account.Violate(1);
        account.Isolate();
        return account;
    }

    private static string Refusal(MitigationAccount account, string taskId, DetectTaskRequest request, ControlError expected, string? token = null)
    {
        int before = account.State.DetectTasks.Count;
        ControlException error = Assert.Throws<ControlException>(() => account.Start(taskId, request, token));
        Assert.Equal(expected, error.Error);
        Assert.Equal(before, account.State.DetectTasks.Count);
        return error.Message;
    }

    private static Task<ApiAnswer> StartAsync(MitigationAccount account, string taskId, string target) => account.SendAsync(
        HttpMethod.Put, $"/detect/mitigationactions/tasks/{taskId}", $$"""{"target":{{target}},"actions":["isolate"],"clientRequestToken":"token"}""");
}
