using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>
/// Takes an action about a violation. What it does is in the change that it is given, so that it is done when the execution is
/// recorded, and only then.
/// </summary>
internal sealed class ActionRunner(IFindingPublisher publisher)
{
    /// <summary>The error code of actions on what a gateway does not have.</summary>
    public const string UnsupportedOnGateway = "UnsupportedOnGateway";

    /// <summary>AWS: ErrorMessage has at most 2048 characters.</summary>
    private const int MaxMessageLength = 2048;

    /// <summary>Takes the action.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="number">The number of the execution in it.</param>
    /// <param name="action">The action.</param>
    /// <param name="violation">The violation.</param>
    /// <returns>What to record.</returns>
    public DetectExecutionResource Run(ControlDraft draft, string taskId, long number, DetectTaskAction action, StoredViolation violation)
    {
        ActionOutcome outcome = action.Action.ActionType switch
        {
            ActionTypes.AddThingsToThingGroup => AddToGroups(draft, action.Action, violation.ThingName),
            ActionTypes.PublishFindingToSns => Publish(draft, taskId, number, action, violation),
            ActionTypes.UpdateDeviceCertificate or ActionTypes.UpdateCACertificate =>
                Skip("the gateway keeps no certificates: deactivate it where it was issued, or in what checks it"),
            ActionTypes.ReplaceDefaultPolicyVersion => Skip("the gateway keeps no IoT policies: restrict the device in the broker's own access list"),
            _ => Skip("the gateway has no IoT logging to enable: it logs to its standard error at all times"),
        };
        return new DetectExecutionResource(
            taskId, violation.ViolationId, action.Name, violation.ThingName, draft.Now, draft.Now, outcome.Status, outcome.ErrorCode, outcome.Message);
    }

    private static ActionOutcome AddToGroups(ControlDraft draft, MitigationActionResource action, string thingName)
    {
        string[] groups = [.. action.ActionParams.GetProperty("addThingsToThingGroupParams").GetProperty("thingGroupNames").EnumerateArray().Select(name => name.GetString()!)];
        // All or none where that can be told before.
        if (!draft.State.Things.Contains(thingName))
            return Fail(ControlException.NotFound($"Thing {thingName} is not in the registry: only registered things can be in a group"));
        string[] unknown = [.. groups.Where(group => !draft.State.ThingGroups.Contains(group))];
        if (unknown.Length > 0)
            return Fail(ControlException.NotFound($"Thing groups do not exist: {string.Join(", ", unknown)}"));
        var added = new List<string>();
        try
        {
            foreach (string group in groups)
            {
                ThingGroups.AddThing(draft, group, thingName);
                added.Add(group);
            }

            return ActionOutcome.Successful;
        }
        catch (ControlException error)
        {
            return Fail(error, added.Count == 0 ? "" : $" (it is in {string.Join(", ", added)} now)");
        }
    }

    private ActionOutcome Publish(ControlDraft draft, string taskId, long number, DetectTaskAction action, StoredViolation violation)
    {
        JsonElement topic = action.Action.ActionParams.GetProperty("publishFindingToSnsParams").GetProperty("topicArn");
        try
        {
            publisher.Publish(draft.Batch, topic.GetString()!, DetectExecutions.NameOf(taskId, number), Finding.Write(taskId, action, violation, draft.Now));
            return ActionOutcome.Successful;
        }
        catch (ControlException error)
        {
            return Fail(error);
        }
    }

    private static ActionOutcome Skip(string reason) => new(TaskStatuses.Skipped, UnsupportedOnGateway, reason);

    private static ActionOutcome Fail(ControlException error, string more = "")
    {
        string message = error.Message + more;
        return new(TaskStatuses.Failed, error.Error.ToString(), message.Length <= MaxMessageLength ? message : message[..MaxMessageLength]);
    }
}
