using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;
using Xunit;
using static Defender.Gateway.Tests.Control.Mitigation.MitigationAccount;

namespace Defender.Gateway.Tests.Control.Mitigation;

/// <summary>What tasks do to which violations, step by step.</summary>
public sealed class DetectTaskRunTests
{
    [Fact]
    public async Task A_registered_thing_is_moved_into_the_groups()
    {
        await using var account = new MitigationAccount();
        account.Violate(2, registered: true);
        account.Isolate();
        account.Start("t1", OnProfile("isolate"));

        DetectTaskResource task = account.RunToEnd("t1");

        Assert.Equal((TaskStatuses.Successful, 2, 0, 0), (task.Status, task.Executed, task.Skipped, task.Failed));
        Assert.Equal(account.Clock.GetUtcNow(), task.EndedAt);
        Assert.Equal(["thing-0", "thing-1"], account.State.MembersOf("quarantine"));
        Assert.All(account.Executions("t1"), execution =>
            Assert.Equal((TaskStatuses.Successful, null, null), (execution.Status, execution.ErrorCode, execution.Message)));
    }

    [Fact]
    public async Task What_cannot_be_moved_fails_with_the_reason()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Violate(1, first: 1, registered: true);
        account.Isolate("isolate", "quarantine", "nowhere");
        account.Start("t1", OnProfile("isolate"));

        DetectTaskResource task = account.RunToEnd("t1");

        Assert.Equal((TaskStatuses.Failed, 0, 2), (task.Status, task.Executed, task.Failed));
        Assert.Equal(
            [
                ("thing-1", "ResourceNotFound", "Thing groups do not exist: nowhere"),
                ("thing-0", "ResourceNotFound", "Thing thing-0 is not in the registry: only registered things can be in a group"),
            ],
            account.Executions("t1").Select(execution => (execution.ThingName, execution.ErrorCode, execution.Message)));
        Assert.Empty(account.State.MembersOf("quarantine"));
    }

    [Fact]
    public async Task A_finding_is_sent_with_what_it_is_about()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Tell();
        account.Start("t1", OnProfile("tell"));

        Assert.Equal(TaskStatuses.Successful, account.RunToEnd("t1").Status);

        OutboxMessage message = Assert.Single(account.Findings);
        Assert.Equal("t1/000000", message.MessageId);
        JsonElement finding = JsonElement.Parse(message.Body);
        long now = account.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(("t1", now), (finding.GetProperty("taskId").GetString(), finding.GetProperty("findingTime").GetInt64()));
        Assert.Equal(
            $$$"""{"violationId":"v0","thingName":"thing-0","securityProfileName":"ports","behavior":{"name":"few"},"lastViolationValue":{"count":7},"violationStartTime":{{{now}}},"lastViolationTime":{{{now}}},"verificationState":"UNKNOWN"}""",
            finding.GetProperty("violation").GetRawText());
        Assert.Equal(
            ("tell", "arn:aws:sns:us-east-1:123456789012:findings"),
            (finding.GetProperty("action").GetProperty("name").GetString(),
                finding.GetProperty("action").GetProperty("actionParams").GetProperty("publishFindingToSnsParams").GetProperty("topicArn").GetString()));
    }

    [Fact]
    public async Task A_finding_that_nobody_takes_fails_with_the_reason()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Act("tell", """{"publishFindingToSnsParams":{"topicArn":"arn:aws:sns:us-east-1:123456789012:nowhere"}}""");
        account.Start("t1", OnProfile("tell"));

        account.RunToEnd("t1");

        DetectExecutionResource execution = Assert.Single(account.Executions("t1"));
        Assert.Equal((TaskStatuses.Failed, "InvalidRequest", "no sink takes arn:aws:sns:us-east-1:123456789012:nowhere"), (execution.Status, execution.ErrorCode, execution.Message));
    }

    [Theory]
    [InlineData("""{"updateDeviceCertificateParams":{"action":"DEACTIVATE"}}""")]
    [InlineData("""{"updateCACertificateParams":{"action":"DEACTIVATE"}}""")]
    [InlineData("""{"replaceDefaultPolicyVersionParams":{"templateName":"BLANK_POLICY"}}""")]
    [InlineData("""{"enableIoTLoggingParams":{"roleArnForLogging":"arn:aws:iam::123456789012:role/log","logLevel":"WARN"}}""")]
    public async Task What_a_gateway_does_not_have_is_skipped_and_the_task_is_no_success(string actionParams)
    {
        await using var account = new MitigationAccount();
        account.Violate(1, registered: true);
        account.Isolate();
        account.Act("other", actionParams);
        account.Start("t1", OnProfile("isolate", "other"));

        DetectTaskResource task = account.RunToEnd("t1");

        Assert.Equal((TaskStatuses.Failed, 1, 1, 0), (task.Status, task.Executed, task.Skipped, task.Failed));
        DetectExecutionResource skipped = account.Executions("t1")[1];
        Assert.Equal((TaskStatuses.Skipped, ActionRunner.UnsupportedOnGateway), (skipped.Status, skipped.ErrorCode));
        Assert.StartsWith("the gateway ", skipped.Message);
    }

    [Fact]
    public async Task Ended_violations_are_included_unless_only_active_ones_are_asked_for()
    {
        await using var account = new MitigationAccount();
        account.Violate(3);
        account.EndViolation(1);
        account.Tell();

        Assert.Equal(["v0", "v1", "v2"], Targets(account, OnProfile("tell")));
        Assert.Equal(["v0", "v2"], Targets(account, OnProfile("tell") with { OnlyActive = true }));
        Assert.Equal(["v0", "v1"], Targets(account, OnViolations(["v0", "v1"], "tell")));
        Assert.Equal(["v0"], Targets(account, OnViolations(["v0", "v1"], "tell") with { OnlyActive = true }));
    }

    [Fact]
    public async Task Suppressed_alerts_are_left_out_unless_asked_for_or_named()
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Violate(1, behavior: "none", suppressed: true, first: 1);
        account.Tell();

        Assert.Equal(["v0"], Targets(account, OnProfile("tell")));
        Assert.Equal(["v0"], Targets(account, OnProfile("tell") with { OnlyActive = true }));
        Assert.Equal(["v0", "v1"], Targets(account, OnProfile("tell") with { WithSuppressed = true }));
        Assert.Equal(["v0", "v1"], Targets(account, OnProfile("tell") with { WithSuppressed = true, OnlyActive = true }));
        Assert.Equal(["v1"], Targets(account, OnProfile("tell") with { BehaviorName = "none", WithSuppressed = true }));
        Assert.Equal(["v1"], Targets(account, OnViolations(["v1"], "tell")));
        Assert.Empty(Targets(account, OnViolations(["v1"], "tell") with { WithSuppressed = false }));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_range_is_when_violations_began_both_ends_included(bool onlyActive)
    {
        await using var account = new MitigationAccount();
        account.Tell();
        DateTimeOffset start = account.Clock.GetUtcNow();
        for (int i = 0; i < 5; i++)
        {
            account.Violate(1, first: i);
            account.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        DetectTaskRequest request = OnProfile("tell") with { From = start.AddMinutes(1), To = start.AddMinutes(3), OnlyActive = onlyActive };

        Assert.Equal(["v1", "v2", "v3"], Targets(account, request));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Violations_that_begin_after_the_task_are_not_its_business(bool onlyActive)
    {
        await using var account = new MitigationAccount();
        account.Violate(1);
        account.Tell();
        account.Start("t1", OnProfile("tell") with { OnlyActive = onlyActive, From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.MaxValue });
        account.Clock.Advance(TimeSpan.FromSeconds(1));
        account.Violate(1, first: 1);

        account.RunToEnd("t1");

        Assert.Equal(["v0"], account.Executions("t1").Select(execution => execution.ViolationId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_violation_meets_every_action_once_over_many_steps(bool onlyActive)
    {
        await using var account = new MitigationAccount();
        account.Violate(333, registered: true);
        account.Isolate();
        account.Tell();
        account.Start("t1", OnProfile("isolate", "tell") with { OnlyActive = onlyActive });
        int commits = account.Store.Commits;

        DetectTaskResource task = account.RunToEnd("t1");

        Assert.Equal(666, task.Executed);
        Assert.Equal(666, account.Executions("t1").Select(execution => (execution.ViolationId, execution.ActionName)).Distinct().Count());
        Assert.Equal(333, account.State.MembersOf("quarantine").Count);
        Assert.Equal(333, account.Findings.Count);
        Assert.InRange(account.Store.Commits - commits, 666 / TaskSteps.MaxExecutions, 8);
    }

    [Fact]
    public async Task A_task_cancelled_between_steps_does_no_more()
    {
        await using var account = new MitigationAccount();
        account.Violate(250);
        account.Tell();
        account.Start("t1", OnProfile("tell"));
        account.Steps.Step("t1");

        account.Control.Change(draft => DetectTasks.Cancel(draft, "t1"));

        Assert.Null(account.Steps.Step("t1"));
        DetectTaskResource task = DetectTasks.Get(account.State, "t1");
        Assert.Equal((TaskStatuses.Canceled, 100), (task.Status, task.Executed));
        Assert.Equal(100, account.Findings.Count);
    }

    [Fact]
    public async Task A_task_counts_what_it_leaves_out_beyond_its_limit()
    {
        await using var account = new MitigationAccount();
        account.Violate(2_600);
        foreach (int i in Enumerable.Range(0, 4))
            account.Act($"a{i}", """{"updateCACertificateParams":{"action":"DEACTIVATE"}}""");
        account.Start("t1", OnProfile("a0", "a1", "a2", "a3"));

        DetectTaskResource task = account.RunToEnd("t1");

        Assert.Equal((TaskStatuses.Failed, DetectTasks.MaxExecutions, 400), (task.Status, task.Skipped, task.LeftOut));
        Assert.Equal(DetectTasks.MaxExecutions, account.State.DetectExecutions.Count);
    }

    [Fact]
    public async Task Nothing_to_do_is_a_success()
    {
        await using var account = new MitigationAccount();
        account.Isolate();
        account.Start("t1", OnProfile("isolate"));

        Assert.Equal(TaskStatuses.Successful, account.RunToEnd("t1").Status);
    }

    private static string[] Targets(MitigationAccount account, DetectTaskRequest request)
    {
        string taskId = $"t{account.State.DetectTasks.Count}";
        account.Start(taskId, request);
        account.RunToEnd(taskId);
        return [.. account.Executions(taskId).Select(execution => execution.ViolationId).Order()];
    }
}
