using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Profiles;

namespace Defender.Evaluator.Scenarios.Reading;

/// <summary>
/// What is known of a scenario while its file is read. Steps are read in the order they are done in, so that profiles
/// and memberships here are those at the instant of the step that is being read.
/// </summary>
internal sealed class ScenarioDraft(ScenarioScanner scanner, ScenarioFiles files)
{
    private readonly OrderedDictionary<string, ProfileAttachment> _profiles = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, ThingMembership> _things = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ThingMembership> _thingsAtStart = new(StringComparer.Ordinal);
    private readonly HashSet<string> _behaviors = new(StringComparer.Ordinal);
    private ImmutableArray<ProfileAttachment> _profilesAtStart;

    public string? Title { get; set; }

    public JudgeOptions Options { get; set; } = JudgeOptions.Default;

    public TimeSpan MinimumReportInterval { get; set; }

    public ProfileDefinitions Definitions { get; set; } = ProfileDefinitions.BuiltIn;

    public List<ScenarioStep> Steps { get; } = [];

    /// <summary>Names of behaviors of all profiles up to now, also of those that were changed since.</summary>
    public IReadOnlyCollection<string> Behaviors => _behaviors;

    public IReadOnlyCollection<string> Things => _things.Keys;

    public IReadOnlyCollection<string> ProfileNames => _profiles.Keys;

    /// <summary>Ends the header: what stands before the first step is what the scenario starts with.</summary>
    public void Begin() => _profilesAtStart = [.. _profiles.Values];

    public Scenario ToScenario() => new()
    {
        Title = Title,
        Options = Options,
        MinimumReportInterval = MinimumReportInterval,
        Metrics = Definitions.Metrics,
        Profiles = _profilesAtStart,
        Things = [.. _thingsAtStart],
        Steps = [.. Steps],
    };

    public ProfileAttachment? Profile(string name) => _profiles.GetValueOrDefault(name);

    public void Set(ProfileAttachment attachment)
    {
        _profiles[attachment.Profile.Name] = attachment;
        _behaviors.UnionWith(attachment.Profile.Behaviors.Select(behavior => behavior.Name));
        if (_profiles.Count > ScenarioLimits.MaxProfiles)
            scanner.Fail(scanner.Current, $"expected at most {ScenarioLimits.MaxProfiles} profiles");
    }

    /// <summary>What a thing is now; one that is mentioned for the first time is registered and in no group.</summary>
    public ThingMembership Thing(string name)
    {
        if (_things.TryGetValue(name, out ThingMembership? membership))
            return membership;
        if (_things.Count == ScenarioLimits.MaxThings)
            scanner.Fail(scanner.Current, $"expected at most {ScenarioLimits.MaxThings} things");
        _thingsAtStart.Add(name, ThingMembership.Registered);
        return _things[name] = ThingMembership.Registered;
    }

    public void Set(string thing, ThingMembership membership)
    {
        Thing(thing);
        _things[thing] = membership;
        if (_profilesAtStart.IsDefault)
            _thingsAtStart[thing] = membership;
    }

    /// <summary>The JSON document that stands here or in the file that is named here.</summary>
    public ReadOnlyMemory<byte> TakeDocument(string what, out string source)
    {
        Token token = scanner.Current;
        source = token.Text;
        if (token.Kind == TokenKind.Json)
            return scanner.Take().Json;
        if (!token.IsName)
        {
            scanner.Expected($"{what}: a file name, or the document itself in braces");
            return default;
        }

        if (!files(token.Text, out ReadOnlyMemory<byte> content, out string reason))
        {
            scanner.Fail(token, $"cannot read {token.Text}: {reason}");
            return default;
        }

        scanner.Take();
        return content;
    }

    /// <summary>The profile that stands here or in the file that is named here; null after a mistake.</summary>
    public SecurityProfile? TakeProfile()
    {
        Token token = scanner.Current;
        ReadOnlyMemory<byte> json = TakeDocument("a profile", out string source);
        if (scanner.Failed)
            return null;
        if (!ProfileReader.TryRead(json.Span, Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors))
            Refuse(token, source, errors);
        return profile;
    }

    /// <summary>Keeps the first mistake of a document as the mistake of the scenario.</summary>
    public void Refuse(Token token, string source, ImmutableArray<ProfileError> errors)
    {
        ProfileError first = errors[0];
        string where = string.Join(": ", new[] { source, first.Path }.Where(part => part.Length > 0));
        string more = errors.Length > 1 ? $"; and {errors.Length - 1} more, which profile check names" : "";
        scanner.Fail(token, $"{where}{(where.Length > 0 ? ": " : "")}{first.Message}{(first.Hint is { } hint ? $" ({hint})" : "")}{more}");
    }
}
