using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api.Operations;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;

namespace Defender.Gateway.Cli.Importing;

/// <summary>Puts documents into an account: what is there and says the same stays as it is.</summary>
/// <param name="draft">The change; void when a file has mistakes afterwards.</param>
/// <param name="targetArns">What the profiles are attached to.</param>
internal sealed class AccountImport(ControlDraft draft, IReadOnlyList<string> targetArns)
{
    private const string Created = "created", Updated = "updated", Unchanged = "unchanged";

    /// <summary>Imports the files, metrics and dimensions first. Each tells its result, or its mistakes.</summary>
    public void Apply(IReadOnlyList<ImportFile> files)
    {
        var seen = new HashSet<(ImportKind, string)>();
        foreach (ImportFile file in files.Where(file => file.Mistakes.Count == 0).OrderBy(file => file.Kind))
        {
            file.Reset();
            try
            {
                file.Result = Apply(file);
                if (file.Name is { } name && !seen.Add((file.Kind, name)))
                    file.AddMistake("", $"another file describes {name} already");
            }
            catch (ControlException refusal)
            {
                file.AddMistake("", refusal.Message);
            }
        }
    }

    private string? Apply(ImportFile file) => file.Kind switch
    {
        ImportKind.CustomMetric => ApplyMetric(file),
        ImportKind.Dimension => ApplyDimension(file),
        _ => ApplyProfile(file),
    };

    private string? ApplyMetric(ImportFile file)
    {
        if (DocumentMembers.Read(file, CustomMetricOperations.CreateCustomMetric) is not { } members)
            return null;
        string name = file.Name = members.String("metricName");
        string type = members.String("metricType");
        string? displayName = members.StringOrNull("displayName");
        if (!draft.State.CustomMetrics.TryGet(name, out CustomMetricResource? known))
        {
            CustomMetrics.Create(draft, name, type, displayName, clientRequestToken: null, DocumentMembers.Tags(members));
            return Created;
        }

        if (known.MetricType != type)
            throw ControlException.Invalid($"custom metric {name} is a {known.MetricType} here: a type cannot change to {type}");
        bool isRenamed = displayName is not null && displayName != known.DisplayName;
        if (isRenamed)
            CustomMetrics.Update(draft, name, displayName!);
        return Tag(CustomMetrics.ResourceOf(name), DocumentMembers.Tags(members)) || isRenamed ? Updated : Unchanged;
    }

    private string? ApplyDimension(ImportFile file)
    {
        if (DocumentMembers.Read(file, DimensionOperations.CreateDimension) is not { } members)
            return null;
        string name = file.Name = members.String("name");
        IReadOnlyList<string> filters = members.StringsOrEmpty("stringValues");
        if (!draft.State.Dimensions.TryGet(name, out DimensionResource? known))
        {
            Dimensions.Create(draft, name, filters, clientRequestToken: null, DocumentMembers.Tags(members));
            return Created;
        }

        bool isChanged = !known.StringValues.SequenceEqual(filters);
        if (isChanged)
            Dimensions.Update(draft, name, filters);
        return Tag(Dimensions.ResourceOf(name), DocumentMembers.Tags(members)) || isChanged ? Updated : Unchanged;
    }

    private string? ApplyProfile(ImportFile file)
    {
        if (!ProfileReader.TryRead(null, WithoutOldList(file.Document), draft.Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> mistakes))
        {
            file.Mistakes.AddRange(mistakes.Select(WithHint));
            return null;
        }

        file.Name = profile.Name;
        string result = Put(profile);
        foreach (string arn in targetArns)
        {
            SecurityProfiles.Attach(draft, profile.Name, arn);
            file.Attached.Add(arn);
        }

        file.Notes.AddRange(ProfileNotes.Of(profile));
        return result;
    }

    private string Put(SecurityProfile profile)
    {
        if (!draft.State.Profiles.TryGet(profile.Name, out ProfileResource? known))
        {
            SecurityProfiles.Create(draft, profile);
            return Created;
        }

        bool isChanged = !known.Profile.Equals(profile with { Tags = [] });
        if (isChanged)
            SecurityProfiles.Replace(draft, profile);
        return Tag(SecurityProfiles.ResourceOf(profile.Name), profile.Tags) || isChanged ? Updated : Unchanged;
    }

    // Describe prints no tags: none in a document does not mean that there were none.
    private bool Tag(string resource, IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        if (tags.Count == 0 || ResourceTags.Of(draft.State, resource).SequenceEqual(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)))
            return false;
        ResourceTags.Set(draft, resource, tags);
        return true;
    }

    // Describe may print a retained metric in both lists, of which a request takes one.
    private static JsonElement WithoutOldList(JsonElement document)
    {
        if (!document.TryGetProperty("securityProfileArn", out _)
            || !document.TryGetProperty("additionalMetricsToRetainV2", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            return document;
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (JsonProperty member in document.EnumerateObject().Where(member => member.Name != "additionalMetricsToRetain"))
                member.WriteTo(writer);
            writer.WriteEndObject();
        }

        return JsonElement.Parse(json.WrittenSpan);
    }

    private static ProfileError WithHint(ProfileError mistake) => mistake.Rule switch
    {
        ProfileRule.P04 when mistake.Message.Contains("does not exist", StringComparison.Ordinal) => Add(mistake, "describe-custom-metric"),
        ProfileRule.P13 when mistake.Message.Contains("does not exist", StringComparison.Ordinal) => Add(mistake, "describe-dimension"),
        _ => mistake,
    };

    private static ProfileError Add(ProfileError mistake, string command)
    {
        string hint = $"import what aws iot {command} prints of it, too";
        return mistake with { Hint = mistake.Hint is null ? hint : $"{mistake.Hint}; or {hint}" };
    }
}
