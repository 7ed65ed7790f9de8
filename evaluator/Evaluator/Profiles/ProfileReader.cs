using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Defender.Evaluator.Profiles.Reading;

namespace Defender.Evaluator.Profiles;

/// <summary>
/// Reads and checks security profile documents: the requests of CreateSecurityProfile (the form of
/// <c>--cli-input-json</c>), UpdateSecurityProfile and ValidateSecurityProfileBehaviors, and what DescribeSecurityProfile returns.
/// <para>
/// Every mistake is reported at once (P01 to P19 of the contract), up to <see cref="ProfileLimits.MaxErrors"/>. Unknown
/// members are ignored, null is the same as not given, of members given twice the last one counts. Nothing here throws
/// on a document, and the time is linear in its size.
/// </para>
/// </summary>
public static class ProfileReader
{
    /// <summary>Reads a document that holds its own <c>securityProfileName</c>.</summary>
    /// <param name="json">UTF-8, with or without a byte order mark, at most <see cref="ProfileLimits.MaxDocumentBytes"/>.</param>
    /// <param name="definitions">The account's metrics and dimensions.</param>
    /// <param name="profile">The profile, when there is no mistake.</param>
    /// <param name="errors">All mistakes, in the order of AWS's model; empty on success.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> json,
        ProfileDefinitions definitions,
        [NotNullWhen(true)] out SecurityProfile? profile,
        out ImmutableArray<ProfileError> errors) => TryRead(null, json, definitions, out profile, out errors);

    /// <summary>Reads a document whose profile is named elsewhere, as in the path of a request; a name inside is ignored.</summary>
    /// <param name="securityProfileName">The name; null when the document holds it.</param>
    /// <param name="json">UTF-8, with or without a byte order mark, at most <see cref="ProfileLimits.MaxDocumentBytes"/>.</param>
    /// <param name="definitions">The account's metrics and dimensions.</param>
    /// <param name="profile">The profile, when there is no mistake.</param>
    /// <param name="errors">All mistakes, in the order of AWS's model; empty on success.</param>
    public static bool TryRead(
        string? securityProfileName,
        ReadOnlySpan<byte> json,
        ProfileDefinitions definitions,
        [NotNullWhen(true)] out SecurityProfile? profile,
        out ImmutableArray<ProfileError> errors)
    {
        if (!DocumentText.TryParse(json, definitions.Limits.MaxDocumentBytes, out JsonDocument? document, out ProfileError error))
        {
            profile = null;
            errors = [error];
            return false;
        }

        using (document)
            return TryReadChecked(document.RootElement, definitions, root => Read(securityProfileName, root), out profile, out errors);
    }

    /// <summary>Reads a document that is parsed already.</summary>
    /// <param name="securityProfileName">The name; null when the document holds it.</param>
    /// <param name="document">The object; the caller bounds its size and depth.</param>
    /// <param name="definitions">The account's metrics and dimensions.</param>
    /// <param name="profile">The profile, when there is no mistake.</param>
    /// <param name="errors">All mistakes, in the order of AWS's model; empty on success.</param>
    public static bool TryRead(
        string? securityProfileName,
        JsonElement document,
        ProfileDefinitions definitions,
        [NotNullWhen(true)] out SecurityProfile? profile,
        out ImmutableArray<ProfileError> errors)
    {
        profile = null;
        errors = [DocumentText.NotUnicode];
        return DocumentText.IsUnicode(document)
            && TryReadChecked(document, definitions, root => Read(securityProfileName, root), out profile, out errors);
    }

    /// <summary>
    /// Reads the body of UpdateSecurityProfile. What it does not give stays as it is, and so does what it gives as an empty
    /// list; <c>deleteBehaviors</c>, <c>deleteAlertTargets</c>, <c>deleteAdditionalMetricsToRetain</c> and
    /// <c>deleteMetricsExportConfig</c> clear. Name and tags are never changed by it.
    /// </summary>
    /// <param name="current">The profile as it is stored; it is not changed.</param>
    /// <param name="body">The object; the caller bounds its size and depth.</param>
    /// <param name="definitions">The account's metrics and dimensions. Behaviors that stay are held to its quotas only.</param>
    /// <param name="updated">The profile after the update, when there is no mistake; equal to the stored one when nothing changes.</param>
    /// <param name="errors">All mistakes, in the order of AWS's model; empty on success.</param>
    public static bool TryReadUpdate(
        SecurityProfile current,
        JsonElement body,
        ProfileDefinitions definitions,
        [NotNullWhen(true)] out SecurityProfile? updated,
        out ImmutableArray<ProfileError> errors)
    {
        updated = null;
        errors = [DocumentText.NotUnicode];
        return DocumentText.IsUnicode(body)
            && TryReadChecked(body, definitions, root => UpdateReader.Read(current, root), out updated, out errors);
    }

    /// <summary>Reads a list of behaviors alone, as ValidateSecurityProfileBehaviors does.</summary>
    /// <param name="behaviors">The value of the member <c>behaviors</c>; not given is a mistake.</param>
    /// <param name="definitions">The account's metrics and dimensions.</param>
    /// <param name="read">The behaviors, when there is no mistake; else empty.</param>
    /// <param name="errors">All mistakes; empty on success.</param>
    public static bool TryReadBehaviors(
        JsonElement behaviors,
        ProfileDefinitions definitions,
        out ImmutableArray<Behavior> read,
        out ImmutableArray<ProfileError> errors)
    {
        read = [];
        errors = [DocumentText.NotUnicode];
        if (!DocumentText.IsUnicode(behaviors))
            return false;
        var scope = new ReadingScope(definitions, new ProfileErrorList(definitions.Limits.MaxErrors)) { ReportedByValidation = true };
        DocumentNode list = DocumentNode.Named("behaviors", behaviors, scope);
        if (!list.IsGiven)
            list.Report(ProfileRule.P00, "behaviors is required");
        ImmutableArray<Behavior> complete = BehaviorReader.ReadList(list);
        errors = scope.Errors.ToImmutable();
        if (!errors.IsEmpty)
            return false;
        read = complete;
        return true;
    }

    private static bool TryReadChecked(
        JsonElement document,
        ProfileDefinitions definitions,
        Func<DocumentNode, SecurityProfile> read,
        [NotNullWhen(true)] out SecurityProfile? profile,
        out ImmutableArray<ProfileError> errors)
    {
        var scope = new ReadingScope(definitions, new ProfileErrorList(definitions.Limits.MaxErrors));
        var root = new DocumentNode(document, scope);
        profile = root.IsObject("the document") ? read(root) : null;
        errors = scope.Errors.ToImmutable();
        if (!errors.IsEmpty)
            profile = null;
        return profile is not null;
    }

    private static SecurityProfile Read(string? securityProfileName, DocumentNode root)
    {
        string? name = securityProfileName is null
            ? ProfileMembersReader.ReadName(root)
            : ProfileMembersReader.CheckName(root.Member("securityProfileName"), securityProfileName);
        return new SecurityProfile(name ?? "")
        {
            Description = ProfileMembersReader.ReadDescription(root.Member("securityProfileDescription")),
            Behaviors = BehaviorReader.ReadList(root.Member("behaviors")),
            SnsAlertTarget = DestinationReader.ReadAlertTargets(root.Member("alertTargets")),
            AdditionalMetricsToRetain = ProfileMembersReader.ReadMetricsToRetain(root),
            Tags = TagReader.ReadList(root.Member("tags")),
            MetricsExportConfig = DestinationReader.ReadExportConfig(root.Member("metricsExportConfig")),
        };
    }
}
