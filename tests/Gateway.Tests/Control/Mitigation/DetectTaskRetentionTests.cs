using System;
using System.Linq;
using System.Threading.Tasks;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Xunit;
using static Defender.Gateway.Tests.Control.Mitigation.MitigationAccount;

namespace Defender.Gateway.Tests.Control.Mitigation;

public sealed class DetectTaskRetentionTests
{
    [Fact]
    public async Task Results_are_kept_for_ninety_days_after_the_end()
    {
        await using var account = new MitigationAccount();
        account.Violate(2);
        account.Tell();
        account.Start("ended", OnProfile("tell"));
        account.RunToEnd("ended");
        account.Start("running", OnProfile("tell"));

        account.Clock.Advance(DetectTasks.Retention - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, Forget(account));
        Assert.Equal(2, account.State.DetectTasks.Count);

        account.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Forget(account));

        Assert.Equal(["running"], account.State.DetectTasks.After(null).Select(task => task.Key));
        Assert.Equal(0, account.State.DetectExecutions.Count);
        var reopened = new ControlPlane(account.Store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), account.Clock);
        Assert.Equal((1, 0), (reopened.State.DetectTasks.Count, reopened.State.DetectExecutions.Count));
    }

    [Fact]
    public async Task Many_executions_are_forgotten_a_part_at_a_time()
    {
        await using var account = new MitigationAccount();
        account.Violate(2500);
        account.Tell();
        account.Start("ended", OnProfile("tell"));
        account.RunToEnd("ended");
        account.Clock.Advance(DetectTasks.Retention);

        Assert.Equal(3, Forget(account));

        Assert.Equal((0, 0), (account.State.DetectTasks.Count, account.State.DetectExecutions.Count));
    }

    [Fact]
    public async Task The_oldest_tasks_go_early_where_there_are_too_many()
    {
        await using var account = new MitigationAccount();
        account.Tell();
        account.Start("model", OnProfile("tell"));
        account.RunToEnd("model");
        account.Control.Change(draft =>
        {
            for (int i = 0; i < DetectTasks.MaxKeptTasks + 2; i++)
                draft.Put(ResourceKinds.DetectTask, $"t{i:D4}", DetectTasks.Get(draft.State, "model") with { EndedAt = draft.Now.AddSeconds(i) });
            draft.Delete(ResourceKinds.DetectTask, "model");
        });

        Forget(account);

        Assert.Equal(DetectTasks.MaxKeptTasks, account.State.DetectTasks.Count);
        Assert.False(account.State.DetectTasks.Contains("t0001"));
        Assert.True(account.State.DetectTasks.Contains("t0002"));
    }

    // How many changes it took.
    private static int Forget(MitigationAccount account)
    {
        int before = account.Store.Commits;
        while (account.Control.Change(draft => DetectTasks.Forget(draft, draft.Now)))
        {
        }

        return account.Store.Commits - before;
    }
}
