using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Api.Input;

namespace Defender.Gateway.Cli.Importing;

/// <summary>From the bytes of a file to a document of a known kind.</summary>
internal static class ImportFileReader
{
    /// <summary>Reads a file; what it cannot be is a mistake of it.</summary>
    public static ImportFile Read(string path, byte[] content)
    {
        ReadOnlySpan<byte> json = content.AsSpan();
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[Encoding.UTF8.Preamble.Length..];
        if (content.Length > ProfileLimits.Default.MaxDocumentBytes || !JsonBody.TryParse(json, out JsonElement? document, out _) || document is null)
        {
            // The reader of profiles words what is wrong with a text that is no document of any kind.
            ProfileReader.TryRead(content, ProfileDefinitions.BuiltIn, out _, out ImmutableArray<ProfileError> mistakes);
            var unreadable = new ImportFile(path);
            unreadable.Mistakes.Add(mistakes[0]);
            return unreadable;
        }

        var file = new ImportFile(path) { Kind = KindOf(document.Value), Document = document.Value };
        if (file.Kind == ImportKind.None)
        {
            file.AddMistake(
                "",
                "the document describes no security profile, custom metric or dimension",
                "describe-security-profile, describe-custom-metric and describe-dimension of the AWS CLI print what can be imported; what its list commands print does not say enough");
        }

        return file;
    }

    // By the members that each kind must have and no other has.
    private static ImportKind KindOf(JsonElement document) =>
        HasAny(document, "securityProfileName", "behaviors") ? ImportKind.SecurityProfile
        : HasAny(document, "metricName", "metricType") ? ImportKind.CustomMetric
        : HasAny(document, "stringValues") ? ImportKind.Dimension
        : ImportKind.None;

    private static bool HasAny(JsonElement document, params string[] members) => members.Any(member => document.TryGetProperty(member, out _));
}
