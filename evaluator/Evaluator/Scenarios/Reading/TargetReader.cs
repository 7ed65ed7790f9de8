using System.Collections.Generic;
using System.Collections.Immutable;
using Defender.Evaluator.Judging;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads lists of things, groups and what profiles are attached to.</summary>
internal sealed class TargetReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private const string Targets = "all things, registered things, unregistered things, or group NAME";

    /// <summary><c>pump-1, pump-2</c>: each is known from now on.</summary>
    public ImmutableArray<string> TakeThings()
    {
        var things = ImmutableArray.CreateBuilder<string>();
        do
        {
            string thing = scanner.TakeName("the name of a thing");
            if (things.Contains(thing))
                scanner.Fail(scanner.Current, $"expected each thing once: {thing} is named twice");
            draft.Thing(thing);
            things.Add(thing);
        }
        while (scanner.TryTake(TokenKind.Comma));
        return things.DrainToImmutable();
    }

    /// <summary><c>group pumps, group site-a</c>.</summary>
    public ImmutableArray<string> TakeGroups()
    {
        var groups = new HashSet<string>();
        do
            groups.Add(TakeGroup());
        while (scanner.TryTake(TokenKind.Comma));
        return [.. groups];
    }

    /// <summary><c>group pumps</c>.</summary>
    public string TakeGroup() => scanner.TakeOneOf("group", "group") == 0 ? scanner.TakeName("the name of a group") : "";

    /// <summary><c>unregistered things, group pumps</c>.</summary>
    public ImmutableArray<AttachmentTarget> TakeTargets()
    {
        var targets = ImmutableArray.CreateBuilder<AttachmentTarget>();
        do
            targets.Add(TakeTarget());
        while (scanner.TryTake(TokenKind.Comma));
        return targets.DrainToImmutable();
    }

    private AttachmentTarget TakeTarget()
    {
        if (scanner.Current.Is("group"))
            return AttachmentTarget.ThingGroup(TakeGroup());
        int kind = scanner.TakeOneOf(Targets, "all", "registered", "unregistered");
        scanner.TakeOneOf("things", "things");
        return kind switch
        {
            0 => AttachmentTarget.AllThings,
            1 => AttachmentTarget.RegisteredThings,
            _ => AttachmentTarget.UnregisteredThings,
        };
    }
}
