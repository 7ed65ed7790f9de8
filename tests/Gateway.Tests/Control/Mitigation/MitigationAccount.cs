using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Api;
using Defender.Gateway.Api.Handlers;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Mitigation;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;
using Defender.Gateway.Tests.Api;
using Defender.Gateway.Tests.Running;
using Defender.Tests;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Control.Mitigation;

/// <summary>
/// An account with violations, the worker that runs its tasks, and the API in front of it. It has the profile <c>ports</c> with the
/// behaviors <c>few</c> and <c>none</c>, and the group <c>quarantine</c>.
/// </summary>
internal sealed class MitigationAccount : IAsyncDisposable
{
    public const string Role = "arn:aws:iam::123456789012:role/mitigation";
    public const string FindingsDestination = "findings";

    private readonly LineLog _log = new();
    private ApiHost? _api;

    public MitigationAccount(string? directory = null)
    {
        Directory = directory ?? System.IO.Directory.CreateTempSubdirectory("defender-mitigation-").FullName;
        Store = new FaultyStore(Directory);
        Control = new ControlPlane(Store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), Clock);
        Worker = new MitigationWorker(
            Control, Store, new OutboxPublisher(), Clock, new LogBudget(Clock), LoggerFactory.Create(log => log.AddProvider(_log)).CreateLogger<MitigationWorker>());
        if (directory is null)
            Control.Change(Furnish);
    }

    public string Directory { get; }

    public ManualTime Clock { get; } = new();

    public FaultyStore Store { get; }

    public ControlPlane Control { get; }

    public MitigationWorker Worker { get; }

    public AccountState State => Control.State;

    /// <summary>A step of a task, as the worker makes it.</summary>
    public TaskSteps Steps => new(Control, Store, new OutboxPublisher());

    public IReadOnlyList<OutboxMessage> Findings => [.. Store.ReadOutbox(FindingsDestination, 0, int.MaxValue).Select(row => row.Message)];

    /// <summary>Violations v0, v1 and so on of the things thing-0, thing-1 and so on.</summary>
    public void Violate(int count, string behavior = "few", bool suppressed = false, int first = 0, bool registered = false)
    {
        var batch = new StoreBatch();
        for (int i = first; i < first + count; i++)
        {
            batch.ViolationEvents.Add(new StoredViolationEvent(
                $"v{i}", $"thing-{i}", "ports", behavior, "STATIC", suppressed, StoredViolationEvent.InAlarm, Clock.GetUtcNow(), "{}"u8.ToArray())
            {
                Behavior = Encoding.UTF8.GetBytes($$"""{"name":"{{behavior}}"}"""),
                MetricValue = """{"count":7}"""u8.ToArray(),
            });
        }

        Store.Commit(batch);
        if (registered)
            Control.Change(draft => Enumerable.Range(first, count).ToList().ForEach(i => Register(draft, $"thing-{i}")));
    }

    public void EndViolation(int number)
    {
        var batch = new StoreBatch();
        batch.ViolationEvents.Add(new StoredViolationEvent(
            $"v{number}", $"thing-{number}", "ports", "few", "STATIC", false, "alarm-cleared", Clock.GetUtcNow(), "{}"u8.ToArray()));
        Store.Commit(batch);
    }

    /// <summary>An action that adds things to groups, <c>quarantine</c> where none is named.</summary>
    public void Isolate(string name = "isolate", params string[] groups) =>
        Act(name, $$$"""{"addThingsToThingGroupParams":{"thingGroupNames":{{{JsonSerializer.Serialize(groups.Length > 0 ? groups : ["quarantine"])}}}}}""");

    public void Tell(string name = "tell") =>
        Act(name, """{"publishFindingToSnsParams":{"topicArn":"arn:aws:sns:us-east-1:123456789012:findings"}}""");

    public void Act(string name, string actionParams) =>
        Control.Change(draft => MitigationActions.Create(draft, name, Role, JsonElement.Parse(actionParams), []));

    public void Start(string taskId, DetectTaskRequest request, string? token = null)
    {
        Control.Change(draft => DetectTasks.Start(draft, taskId, request, token ?? taskId));
        Worker.Wake();
    }

    public static DetectTaskRequest OnProfile(params string[] actions) => new(null, "ports", null, actions, null, null, null, null);

    public static DetectTaskRequest OnViolations(string[] ids, params string[] actions) => new(ids, null, null, actions, null, null, null, null);

    /// <summary>Steps until the task has ended.</summary>
    public DetectTaskResource RunToEnd(string taskId)
    {
        while (Steps.Step(taskId) is { EndedAt: null })
        {
        }

        return DetectTasks.Get(State, taskId);
    }

    /// <summary>Waits until the worker has ended the task.</summary>
    public async Task<DetectTaskResource> WhenEndedAsync(string taskId)
    {
        await _log.WaitForAsync($"mitigation task {taskId} ended");
        return DetectTasks.Get(State, taskId);
    }

    public Task<string> WhenLoggedAsync(string text) => _log.WaitForAsync(text);

    public DetectExecutionResource[] Executions(string taskId) => [.. DetectExecutions.OfTask(State, taskId).Select(entry => entry.Value)];

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string target, string? body = null)
    {
        _api ??= await ApiHost.StartAsync(Handlers(), new ApiOptions { RequestsPerSecond = 0 });
        return await _api.SendAsync(method, target, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
    }

    /// <summary>What a kill leaves: the data directory, which the caller opens again.</summary>
    public async Task<string> StopAsync()
    {
        await Worker.StopAsync(CancellationToken.None);
        Worker.Dispose();
        if (_api is not null)
            await _api.DisposeAsync();
        Store.Dispose();
        return Directory;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private Dictionary<Operation, OperationHandler> Handlers()
    {
        var handlers = new OperationHandlers();
        new MitigationActionHandlers(Control, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId)).AddTo(handlers);
        new DetectTaskHandlers(Control, Store, Worker).AddTo(handlers);
        var byName = handlers.Complete(MitigationOperations.All);
        return MitigationOperations.All.ToDictionary(operation => operation, operation => byName[operation.Name]);
    }

    private static void Furnish(ControlDraft draft)
    {
        SecurityProfiles.Create(draft, "ports", JsonElement.Parse(
            """
            {"behaviors":[
                {"name":"few","metric":"aws:num-listening-tcp-ports","criteria":{"comparisonOperator":"less-than","value":{"count":5}}},
                {"name":"none","metric":"aws:num-listening-udp-ports","criteria":{"comparisonOperator":"less-than","value":{"count":1}},"suppressAlerts":true}]}
            """));
        draft.Put(ResourceKinds.ThingGroup, "quarantine", new ThingGroupResource(
            Guid.NewGuid().ToString(), null, null, new Dictionary<string, string>(), 1, draft.Now));
    }

    private static void Register(ControlDraft draft, string thingName) => draft.Put(
        ResourceKinds.Thing, thingName, new ThingResource(Guid.NewGuid().ToString(), null, new Dictionary<string, string>(), null, 1, []));

    /// <summary>Keeps findings in the outbox; takes none for the topic <c>nowhere</c>.</summary>
    private sealed class OutboxPublisher : IFindingPublisher
    {
        public void Publish(StoreBatch batch, string topicArn, string messageId, byte[] body)
        {
            if (topicArn.EndsWith(":nowhere", StringComparison.Ordinal))
                throw ControlException.Invalid($"no sink takes {topicArn}");
            batch.Outbox.Add(new OutboxMessage(FindingsDestination, messageId, body, DateTimeOffset.UnixEpoch));
        }
    }
}
