using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Tests.Running;
using Xunit;
using static Defender.Gateway.Tests.Control.Mitigation.MitigationAccount;

namespace Defender.Gateway.Tests.Control.Mitigation;

public sealed class MitigationWorkerTests
{
    [Fact]
    public async Task A_task_runs_when_it_is_started()
    {
        await using var account = new MitigationAccount();
        account.Violate(1, registered: true);
        account.Isolate();
        await account.Worker.StartAsync(CancellationToken.None);

        account.Start("t1", OnProfile("isolate"));

        Assert.Equal(TaskStatuses.Successful, (await account.WhenEndedAsync("t1")).Status);
        account.Start("t2", OnProfile("isolate"));
        await account.WhenEndedAsync("t2");
    }

    [Fact]
    public async Task A_task_goes_on_after_a_restart_and_repeats_nothing()
    {
        var first = new MitigationAccount();
        first.Violate(250, registered: true);
        first.Isolate();
        first.Tell();
        first.Start("t1", OnProfile("isolate", "tell"));
        first.Steps.Step("t1");
        first.Steps.Step("t1");
        string directory = await first.StopAsync();

        await using var second = new MitigationAccount(directory);
        Assert.Equal(200, DetectTasks.Get(second.State, "t1").Executed);
        await second.Worker.StartAsync(CancellationToken.None);

        DetectTaskResource task = await second.WhenEndedAsync("t1");
        Assert.Equal((TaskStatuses.Successful, 500), (task.Status, task.Executed));
        Assert.Equal(500, second.Executions("t1").Select(execution => (execution.ViolationId, execution.ActionName)).Distinct().Count());
        Assert.Equal(250, second.Findings.Select(message => message.MessageId).Distinct().Count());
        Assert.Equal(250, second.Findings.Count);
    }

    [Fact]
    public async Task A_worker_stopped_in_the_middle_leaves_the_rest_to_the_next_start()
    {
        var first = new MitigationAccount();
        first.Violate(1000);
        first.Tell();
        first.Start("t1", OnProfile("tell"));
        first.Store.Hold();
        await first.Worker.StartAsync(CancellationToken.None);
        Assert.True(first.Store.AtGate.Wait(TestGateway.Deadline));
        Task stopping = first.Worker.StopAsync(CancellationToken.None);
        first.Store.Gate.Set();
        await stopping;
        string directory = await first.StopAsync();

        await using var second = new MitigationAccount(directory);
        Assert.Equal(100, DetectTasks.Get(second.State, "t1").Executed);
        await second.Worker.StartAsync(CancellationToken.None);
        Assert.Equal(1000, (await second.WhenEndedAsync("t1")).Executed);
        Assert.Equal(1000, second.Findings.Select(message => message.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task A_store_that_refuses_is_tried_again_in_a_minute()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Tell();
        account.Start("t1", OnProfile("tell"));
        account.Store.IsFull = true;
        Task retry = account.Clock.WhenTimerIsSetAsync(TimeSpan.FromMinutes(1));
        await account.Worker.StartAsync(CancellationToken.None);
        await account.WhenLoggedAsync("mitigation tasks cannot go on");
        await retry;

        account.Store.IsFull = false;
        account.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, (await account.WhenEndedAsync("t1")).Executed);
        Assert.Single(account.Findings);
    }

    [Fact]
    public async Task Old_tasks_are_forgotten_by_the_hour()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Tell();
        account.Start("t1", OnProfile("tell"));
        account.RunToEnd("t1");
        Task asleep = account.Clock.WhenTimerIsSetAsync(TimeSpan.FromHours(1));
        await account.Worker.StartAsync(CancellationToken.None);
        await asleep;

        int commits = account.Store.Commits;
        account.Clock.Advance(DetectTasks.Retention);

        Assert.True(SpinWait.SpinUntil(() => account.Store.Commits > commits, TestGateway.Deadline));
        Assert.True(SpinWait.SpinUntil(() => account.State.DetectTasks.Count == 0, TestGateway.Deadline));
        Assert.Equal(0, account.State.DetectExecutions.Count);
    }

    [Fact]
    public async Task A_task_that_breaks_ends_and_the_others_run()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Tell();
        account.Start("sound", OnProfile("tell"));
        // As only a damaged store could have it.
        account.Control.Change(draft => draft.Put(Gateway.Control.ResourceKinds.DetectTask, "broken", DetectTasks.Get(draft.State, "sound") with { Actions = [] }));

        await account.Worker.StartAsync(CancellationToken.None);

        await account.WhenLoggedAsync("mitigation task broken broke off");
        Assert.Equal(1, (await account.WhenEndedAsync("sound")).Executed);
        Assert.Equal(TaskStatuses.Failed, DetectTasks.Get(account.State, "broken").Status);
    }

    [Fact]
    public async Task A_change_waits_for_one_step_of_a_large_task()
    {
        await using var account = new MitigationAccount();
        account.Violate(3000, registered: true);
        account.Isolate();
        account.Tell();
        account.Start("t1", OnProfile("isolate", "tell"));
        account.Store.Hold();
        await account.Worker.StartAsync(CancellationToken.None);
        Assert.True(account.Store.AtGate.Wait(TestGateway.Deadline));

        long executed = -1;
        var change = new Thread(() => account.Control.Change(draft => executed = DetectTasks.Get(draft.State, "t1").Executed));
        change.Start();
        Assert.True(SpinWait.SpinUntil(() => change.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TestGateway.Deadline));
        account.Store.Gate.Set();
        Assert.True(change.Join(TestGateway.Deadline));

        Assert.Equal(TaskSteps.MaxExecutions, executed);
        DetectTaskResource task = await account.WhenEndedAsync("t1");
        Assert.Equal((TaskStatuses.Successful, 6000), (task.Status, task.Executed));
    }
}
