using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Hosting;

/// <summary>What reports are read and judged by: an immutable snapshot.</summary>
/// <param name="Metrics">The built-in metrics and the custom ones.</param>
/// <param name="Profiles">The attached profiles, compiled.</param>
/// <param name="Attached">The same profiles as they were read.</param>
internal sealed record EvaluationRules(MetricCatalog Metrics, ProfileSet Profiles, ImmutableArray<SecurityProfile> Attached)
{
    /// <summary>AWS: security profiles on one target.</summary>
    private const int MaxProfilesPerTarget = 5;

    /// <summary>Reads the files that the gateway was given and attaches each profile to all things.</summary>
    /// <exception cref="StartupException">A file cannot be read or has mistakes; the message names each.</exception>
    public static EvaluationRules Load(string? definitionsFile, IReadOnlyList<string> profileFiles)
    {
        if (profileFiles.Count > MaxProfilesPerTarget)
            throw new StartupException($"{profileFiles.Count} profiles are more than the {MaxProfilesPerTarget} that one target takes");

        ProfileDefinitions? definitions = ProfileDefinitions.BuiltIn;
        if (definitionsFile is not null && !ProfileDefinitions.TryRead(ReadFile(definitionsFile), out definitions, out ImmutableArray<ProfileError> mistakes))
            throw new StartupException(Describe(definitionsFile, mistakes));

        var profiles = ImmutableArray.CreateBuilder<SecurityProfile>();
        foreach (string file in profileFiles)
        {
            if (!ProfileReader.TryRead(ReadFile(file), definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors))
                throw new StartupException(Describe(file, errors));
            if (profiles.Any(other => other.Name == profile.Name))
                throw new StartupException($"{file}: another file has a profile {profile.Name} already");
            profiles.Add(profile);
        }

        ImmutableArray<SecurityProfile> attached = profiles.DrainToImmutable();
        return new EvaluationRules(
            definitions.Metrics,
            ProfileSet.Compile(attached.Select(profile => new ProfileAttachment(profile, [AttachmentTarget.AllThings]))),
            attached);
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
