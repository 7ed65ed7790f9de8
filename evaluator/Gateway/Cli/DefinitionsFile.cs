using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Hosting;

namespace Defender.Gateway.Cli;

/// <summary>The custom metrics and dimensions that a verb reads other files against.</summary>
internal static class DefinitionsFile
{
    /// <param name="path">Null for an account that has none.</param>
    /// <param name="definitions">The definitions.</param>
    /// <param name="problem">Which file has what mistakes.</param>
    public static bool TryRead(
        string? path, [NotNullWhen(true)] out ProfileDefinitions? definitions, [NotNullWhen(false)] out string? problem)
    {
        definitions = ProfileDefinitions.BuiltIn;
        problem = null;
        if (path is null)
            return true;
        if (!InputFile.TryRead(path, ProfileLimits.Default.MaxDocumentBytes, out byte[]? json, out string? reason))
            problem = $"cannot read {path}: {reason}";
        else if (!ProfileDefinitions.TryRead(json, out definitions, out ImmutableArray<ProfileError> errors))
            problem = $"{path}: {ProfileError.Join(errors)}";
        return problem is null && definitions is not null;
    }
}
