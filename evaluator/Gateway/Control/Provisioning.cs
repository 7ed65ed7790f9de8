using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Control;

/// <summary>
/// Puts the files that a gateway is started with into the account: custom metrics and dimensions, and profiles that are
/// attached to all things. What is there already and says the same stays as it is.
/// </summary>
internal static class Provisioning
{
    /// <summary>Puts all files into the account, or none.</summary>
    /// <param name="control">The account.</param>
    /// <param name="definitionsFile">As <see cref="ProfileDefinitions.TryRead"/> takes it; null for none.</param>
    /// <param name="profileFiles">CreateSecurityProfile documents.</param>
    /// <returns>The profiles, in the order given.</returns>
    /// <exception cref="StartupException">A file cannot be read or has mistakes; the message names each.</exception>
    public static ImmutableArray<SecurityProfile> Apply(ControlPlane control, string? definitionsFile, IReadOnlyList<string> profileFiles)
    {
        if (profileFiles.Count > SecurityProfiles.MaxPerTarget)
            throw new StartupException($"{profileFiles.Count} profiles are more than the {SecurityProfiles.MaxPerTarget} that one target takes");
        if (definitionsFile is null && profileFiles.Count == 0)
            return [];
        return control.Change(draft =>
        {
            if (definitionsFile is not null)
                Define(draft, definitionsFile);
            var profiles = ImmutableArray.CreateBuilder<SecurityProfile>();
            foreach (string file in profileFiles)
            {
                SecurityProfile profile = Read(draft, file);
                if (profiles.Any(other => other.Name == profile.Name))
                    throw new StartupException($"{file}: another file has a profile {profile.Name} already");
                profiles.Add(profile);
            }

            foreach ((SecurityProfile profile, string file) in profiles.Zip(profileFiles))
                Put(draft, profile, file);
            return profiles.DrainToImmutable();
        });
    }

    private static void Define(ControlDraft draft, string file)
    {
        if (!ProfileDefinitions.TryRead(ReadFile(file), out ProfileDefinitions? definitions, out ImmutableArray<ProfileError> mistakes))
            throw new StartupException(Describe(file, mistakes));
        Try(file, () =>
        {
            foreach (Metric metric in definitions.Metrics.All.Where(metric => metric.Side == MetricSide.Custom))
            {
                string type = WireNames.CustomMetricTypes.First(name => WireNames.TryParseCustomMetricType(name, out MetricValueKind kind) && kind == metric.Kind);
                if (!draft.State.CustomMetrics.TryGet(metric.Name, out CustomMetricResource? known))
                    CustomMetrics.Create(draft, metric.Name, type, displayName: null, clientRequestToken: null, []);
                else if (known.MetricType != type)
                    throw ControlException.Invalid($"custom metric {metric.Name} is a {known.MetricType} already: a type cannot change");
            }

            foreach (Dimension dimension in definitions.Dimensions)
            {
                if (!draft.State.Dimensions.TryGet(dimension.Name, out DimensionResource? known))
                    Dimensions.Create(draft, dimension.Name, dimension.StringValues, clientRequestToken: null, []);
                else if (!known.StringValues.SequenceEqual(dimension.StringValues))
                    Dimensions.Update(draft, dimension.Name, dimension.StringValues);
            }
        });
    }

    private static SecurityProfile Read(ControlDraft draft, string file) =>
        ProfileReader.TryRead(ReadFile(file), draft.Definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors)
            ? profile
            : throw new StartupException(Describe(file, errors));

    private static void Put(ControlDraft draft, SecurityProfile profile, string file) => Try(file, () =>
    {
        if (!draft.State.Profiles.TryGet(profile.Name, out ProfileResource? known))
            SecurityProfiles.Create(draft, profile);
        else if (!known.Profile.Equals(profile with { Tags = [] }))
            SecurityProfiles.Replace(draft, profile);
        SecurityProfiles.AttachTo(draft, profile.Name, ProfileTarget.AllThings);
    });

    private static void Try(string file, Action change)
    {
        try
        {
            change();
        }
        catch (ControlException error)
        {
            throw new StartupException($"{file}: {error.Message}");
        }
    }

    private static byte[] ReadFile(string path) =>
        InputFile.TryRead(path, ProfileLimits.Default.MaxDocumentBytes, out byte[]? content, out string? reason)
            ? content
            : throw new StartupException($"cannot read {path}: {reason}");

    private static string Describe(string file, ImmutableArray<ProfileError> errors)
    {
        var text = new StringBuilder();
        text.Append(file).Append(": ").Append(errors.Length == 1 ? "1 mistake" : $"{errors.Length} mistakes");
        foreach (ProfileError error in errors)
        {
            text.Append("\n  ").Append(error.Path.Length == 0 ? "document" : error.Path).Append(": ").Append(Printable.Escape(error.Message));
            if (error.Hint is { } hint)
                text.Append(" (").Append(Printable.Escape(hint)).Append(')');
        }

        return text.ToString();
    }
}
