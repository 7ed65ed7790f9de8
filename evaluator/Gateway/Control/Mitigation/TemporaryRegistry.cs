using System;
using System.Linq;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Control.Mitigation;

/// <summary>Stands in for <c>ThingGroups.AddThing</c>, with the same signature, until that is there.</summary>
internal static class TemporaryRegistry
{
    public static void AddThing(ControlDraft draft, string groupName, string thingName)
    {
        if (!draft.State.Things.TryGet(thingName, out ThingResource? thing))
            throw ControlException.NotFound($"Thing {thingName} does not exist");
        if (!draft.State.ThingGroups.Contains(groupName))
            throw ControlException.NotFound($"Thing group {groupName} does not exist");
        if (!thing.Groups.Contains(groupName))
            draft.Put(ResourceKinds.Thing, thingName, thing with { Groups = [.. thing.Groups.Append(groupName).Order(StringComparer.Ordinal)] });
    }
}
