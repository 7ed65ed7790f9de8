using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Reports;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads one line of what happens: reports, counts, changes of profiles and of things.</summary>
internal sealed class ActionReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private readonly TargetReader _targets = new(scanner, draft);
    private readonly ReadingsReader _readings = new(scanner, draft);

    /// <param name="actions">Takes what is read.</param>
    /// <param name="things">Takes the things that report or are counted for.</param>
    public void Read(ImmutableArray<ScenarioAction>.Builder actions, HashSet<string> things)
    {
        if (scanner.TryTake("profile"))
        {
            if (ReadProfile() is { } attachment)
            {
                draft.Set(attachment);
                actions.Add(new ProfileChange(attachment));
            }

            return;
        }

        if (scanner.TryTake("thing"))
        {
            ImmutableArray<string> members = _targets.TakeThings();
            things.UnionWith(members);
            actions.AddRange(ReadThings(members));
            return;
        }

        ImmutableArray<string> named = _targets.TakeThings();
        things.UnionWith(named);
        switch (scanner.TakeOneOf("reports or counts", "reports", "report", "counts", "count"))
        {
            case 0 or 1:
                ReadReports(named, actions);
                break;
            case 2 or 3:
                ImmutableArray<ImmutableArray<MetricReading>> counts = _readings.TakeCounts(named.Length);
                actions.AddRange(named.Zip(counts, (thing, readings) => new PeriodCounts(thing, readings)));
                break;
        }
    }

    private void ReadReports(ImmutableArray<string> things, ImmutableArray<ScenarioAction>.Builder actions)
    {
        if (scanner.Current.Kind is TokenKind.Json or TokenKind.Quoted)
        {
            Token token = scanner.Take();
            ReadOnlyMemory<byte> payload = token.Kind == TokenKind.Json ? token.Json : Encoding.UTF8.GetBytes(token.Text);
            actions.AddRange(things.Select(thing => new RawReport(thing, ReportFormat.Json, payload)));
        }
        else if (scanner.TryTake("file"))
        {
            ReadOnlyMemory<byte> payload = draft.TakeDocument("a report", out string path);
            ReportFormat format = path.EndsWith(".cbor", StringComparison.OrdinalIgnoreCase) ? ReportFormat.Cbor : ReportFormat.Json;
            actions.AddRange(things.Select(thing => new RawReport(thing, format, payload)));
        }
        else
        {
            ImmutableArray<ImmutableArray<MetricReading>> reports = scanner.TryTake("nothing")
                ? [.. things.Select(_ => ImmutableArray<MetricReading>.Empty)]
                : _readings.TakeReports(things.Length);
            actions.AddRange(things.Zip(reports, (thing, readings) => new ReadingsReport(thing, readings)));
        }
    }

    private ProfileAttachment? ReadProfile()
    {
        if (scanner.TryTake("changes"))
            return ReadChange();

        Token token = scanner.Current;
        string? only = draft.ProfileNames.Count == 1 ? draft.ProfileNames.Single() : null;
        bool isNamed = only is null || !(token.Is("attached") || token.Is("detached"));
        string name = isNamed ? scanner.TakeName("changes to, attached to or detached") : only!;
        if (draft.Profile(name) is not { } old)
        {
            scanner.Fail(token, $"expected the name of a profile{(draft.ProfileNames.Count == 0 ? ", of which there is none" : ": " + string.Join(", ", draft.ProfileNames))}");
            return null;
        }

        if (scanner.TakeOneOf("attached to or detached", "attached", "detached") == 0)
        {
            scanner.TakeOneOf("to", "to");
            return old with { Targets = [.. old.Targets.Union(_targets.TakeTargets())] };
        }

        if (!scanner.TryTake("from"))
            return old with { Targets = [] };
        token = scanner.Current;
        ImmutableArray<AttachmentTarget> gone = _targets.TakeTargets();
        if (gone.Except(old.Targets).Any())
            scanner.Fail(token, $"expected what {name} is attached to");
        return old with { Targets = [.. old.Targets.Except(gone)] };
    }

    private ProfileAttachment? ReadChange()
    {
        scanner.TakeOneOf("to", "to");
        Token token = scanner.Current;
        if (draft.TakeProfile() is not { } profile)
            return null;
        ProfileAttachment? old = draft.Profile(profile.Name);
        if (old is null)
            scanner.Fail(token, $"expected another version of a profile that stands above, found a profile {profile.Name}");
        return old is null ? null : old with { Profile = profile };
    }

    private List<ScenarioAction> ReadThings(ImmutableArray<string> things)
    {
        var actions = new List<ScenarioAction>(things.Length);
        int verb = scanner.TakeOneOf("joins, leaves or deleted", "joins", "leaves", "deleted");
        string group = verb is 0 or 1 ? _targets.TakeGroup() : "";
        foreach (string thing in things)
        {
            ThingMembership old = draft.Thing(thing);
            ThingMembership membership = verb switch
            {
                0 => new(IsRegistered: true, [.. old.Groups.Remove(group), group]),
                1 => old with { Groups = old.Groups.Remove(group) },
                _ => ThingMembership.Unregistered,
            };
            if (verb == 1 && !old.Groups.Contains(group))
                scanner.Fail(scanner.Current, $"expected a group that {thing} is in: {string.Join(", ", old.Groups)}");
            draft.Set(thing, membership);
            actions.Add(verb == 2 ? new ThingDeletion(thing) : new MembershipChange(thing, membership));
        }

        return actions;
    }
}
