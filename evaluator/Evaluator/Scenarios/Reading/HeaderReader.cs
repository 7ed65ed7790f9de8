using System;
using System.Collections.Immutable;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>Reads what stands before the first step: title, definitions, options, profiles, things.</summary>
internal sealed class HeaderReader(ScenarioScanner scanner, ScenarioDraft draft)
{
    private static readonly string[] Keywords = ["title", "definitions", "option", "profile", "thing"];
    private static readonly string[] OptionNames = ["early-judgement", "silence", "window-grace", "min-report-interval"];

    private readonly TargetReader _targets = new(scanner, draft);

    public void Read()
    {
        scanner.TryTake(TokenKind.EndOfLine);
        while (scanner.Current.Kind != TokenKind.EndOfText && !StepReader.IsOffset(scanner.Current))
        {
            ReadLine();
            scanner.TakeEndOfLine();
        }

        draft.Begin();
    }

    private void ReadLine()
    {
        switch (scanner.TakeOneOf("title, definitions, option, profile, thing, or a step like +5m", Keywords))
        {
            case 0:
                draft.Title = scanner.TakeRestOfLine();
                break;
            case 1:
                ReadDefinitions();
                break;
            case 2:
                ReadOption();
                break;
            case 3:
                ReadProfile();
                break;
            case 4:
                ReadThing();
                break;
        }
    }

    private void ReadDefinitions()
    {
        Token token = scanner.Current;
        if (draft.ProfileNames.Count > 0 || draft.Definitions != ProfileDefinitions.BuiltIn)
            scanner.Fail(token, "expected definitions once, and before the first profile");
        ReadOnlyMemory<byte> json = draft.TakeDocument("definitions", out string source);
        if (scanner.Failed)
            return;
        if (ProfileDefinitions.TryRead(json.Span, out ProfileDefinitions? definitions, out ImmutableArray<ProfileError> errors))
            draft.Definitions = definitions;
        else
            draft.Refuse(token, source, errors);
    }

    private void ReadOption()
    {
        switch (scanner.TakeOneOf("an option: early-judgement, silence, window-grace or min-report-interval", OptionNames))
        {
            case 0:
                draft.Options = draft.Options with { EarlyJudgement = scanner.TakeOneOf("on or off", "off", "on") == 1 };
                break;
            case 1:
                draft.Options = draft.Options with { SilenceBeforeInvalidation = TakeDuration() };
                break;
            case 2:
                draft.Options = draft.Options with { WindowGrace = TakeDuration() };
                break;
            case 3:
                draft.MinimumReportInterval = TakeDuration();
                break;
        }
    }

    private void ReadProfile()
    {
        Token token = scanner.Current;
        SecurityProfile? profile = draft.TakeProfile();
        ImmutableArray<AttachmentTarget> targets =
            !scanner.TryTake("to") ? [AttachmentTarget.AllThings]
            : scanner.TryTake("nothing") ? []
            : _targets.TakeTargets();
        if (profile is null)
            return;
        if (draft.Profile(profile.Name) is not null)
            scanner.Fail(token, $"expected each profile once: {profile.Name} stands above");
        draft.Set(new ProfileAttachment(profile, targets));
    }

    private void ReadThing()
    {
        ImmutableArray<string> things = _targets.TakeThings();
        ThingMembership membership = scanner.TakeOneOf("in group NAME, or unregistered", "in", "unregistered") == 0
            ? new ThingMembership(IsRegistered: true, _targets.TakeGroups())
            : ThingMembership.Unregistered;
        foreach (string thing in things)
            draft.Set(thing, membership);
    }

    private TimeSpan TakeDuration()
    {
        if (DurationText.TryParse(scanner.Current.Text, out TimeSpan duration))
            scanner.Take();
        else
            scanner.Expected("a duration like 90s, 5m, 2h30m or 3d, at most 31 days");
        return duration;
    }
}
