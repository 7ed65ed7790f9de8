using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>Mitigation actions. All types are kept, also those that a gateway can only skip.</summary>
internal static class MitigationActions
{
    /// <summary>AWS: mitigation actions of an account.</summary>
    public const int MaxActions = 100;

    /// <summary>Creates an action.</summary>
    /// <param name="draft">The change.</param>
    /// <param name="name">The action's name.</param>
    /// <param name="roleArn">Kept as given.</param>
    /// <param name="actionParams">MitigationActionParams, within the limits of the model.</param>
    /// <param name="tags">Its tags.</param>
    /// <exception cref="ControlException">It exists, has not exactly one type, or there are too many.</exception>
    public static MitigationActionResource Create(
        ControlDraft draft, string name, string roleArn, JsonElement actionParams, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        (string type, JsonElement only) = Read(actionParams);
        if (draft.State.MitigationActions.TryGet(name, out MitigationActionResource? existing))
            throw draft.Exists($"Mitigation action {name} already exists", existing.ActionId, ResourceOf(name));
        if (draft.State.MitigationActions.Count >= MaxActions)
            throw ControlException.OverLimit($"The account has {MaxActions} mitigation actions already");
        ResourceTags.Set(draft, ResourceOf(name), tags);
        var resource = new MitigationActionResource(Guid.NewGuid().ToString(), roleArn, type, only, draft.Now, draft.Now);
        draft.Put(ResourceKinds.MitigationAction, name, resource);
        return resource;
    }

    /// <summary>Changes what is given. Tasks that run keep the action as it was when they started.</summary>
    /// <exception cref="ControlException">It is unknown, or would become another type.</exception>
    public static MitigationActionResource Update(ControlDraft draft, string name, string? roleArn, JsonElement? actionParams)
    {
        MitigationActionResource resource = Get(draft.State, name);
        if (actionParams is { } given)
        {
            (string type, JsonElement only) = Read(given);
            if (type != resource.ActionType)
                throw ControlException.Invalid($"Mitigation action {name} is of type {resource.ActionType}: it cannot become {type}");
            resource = resource with { ActionParams = only };
        }

        resource = resource with { RoleArn = roleArn ?? resource.RoleArn, ModifiedAt = draft.Now };
        draft.Put(ResourceKinds.MitigationAction, name, resource);
        return resource;
    }

    /// <summary>Deletes an action; unknown ones do no harm.</summary>
    public static void Delete(ControlDraft draft, string name)
    {
        ResourceTags.Set(draft, ResourceOf(name), []);
        draft.Delete(ResourceKinds.MitigationAction, name);
    }

    /// <summary>An action by its name.</summary>
    /// <exception cref="ControlException">It is unknown.</exception>
    public static MitigationActionResource Get(AccountState state, string name) =>
        state.MitigationActions.TryGet(name, out MitigationActionResource? action)
            ? action
            : throw ControlException.NotFound($"Mitigation action {name} does not exist");

    /// <summary>The actions of a type, of all types for null.</summary>
    public static IEnumerable<KeyValuePair<string, MitigationActionResource>> List(AccountState state, string? after, string? actionType) =>
        state.MitigationActions.After(after).Where(action => actionType is null || action.Value.ActionType == actionType);

    /// <summary>The resource of an action's ARN.</summary>
    public static string ResourceOf(string name) => $"{Arns.MitigationAction}/{name}";

    private static (string Type, JsonElement Only) Read(JsonElement actionParams)
    {
        (string Member, string Type)[] given =
            [.. ActionTypes.ByMember.Where(type => actionParams.TryGetProperty(type.Member, out JsonElement value) && value.ValueKind != JsonValueKind.Null)];
        if (given is not [var (member, type)])
        {
            string found = given.Length == 0 ? "none" : string.Join(", ", given.Select(each => each.Member));
            throw ControlException.Invalid($"actionParams should have exactly one member of MitigationActionParams: it has {found}");
        }

        var only = new JsonObject { [member] = JsonNode.Parse(actionParams.GetProperty(member).GetRawText()) };
        return (type, JsonSerializer.SerializeToElement(only));
    }
}
