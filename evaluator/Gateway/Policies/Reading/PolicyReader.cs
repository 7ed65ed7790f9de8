using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Alerts.Reading;

namespace Defender.Gateway.Policies.Reading;

/// <summary>
/// Reads one policy document of AWS IoT. What is not understood is a mistake and makes the whole document invalid: a statement
/// that was half understood could allow what its author denied.
/// </summary>
internal static class PolicyReader
{
    /// <summary>AWS IoT Core quotas: the most characters of a policy document, white space not counted.</summary>
    public const int MaxCharacters = 2048;

    public static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private const string VersionWithVariables = "2012-10-17";
    private const string VersionWithoutVariables = "2008-10-17";

    /// <summary>Reads a document; all mistakes are noted, and the result means something only without any.</summary>
    /// <param name="name">The policy's name.</param>
    /// <param name="node">The document as an object, or as a text that holds it, which is what <c>aws iot get-policy</c> answers.</param>
    public static PolicyDocument? Read(string name, ConfigurationNode node)
    {
        if (!node.IsText)
            return ReadObject(name, node);
        if (node.Text() is not { } text || !IsShort(text, node))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Json);
            return ReadObject(name, node.With(document.RootElement));
        }
        catch (JsonException error)
        {
            node.Mistake($"is not JSON: {error.Message}");
            return null;
        }
    }

    private static PolicyDocument? ReadObject(string name, ConfigurationNode node)
    {
        if (!node.IsObject || !IsShort(node.RawText, node))
            return null;
        node.RefuseUnknown("Version", "Id", "Statement");
        node.Text("Id", isRequired: false);
        string? version = node.Text("Version");
        if (version is not (null or VersionWithVariables or VersionWithoutVariables))
            node.Member("Version").Mistake($"should be {VersionWithVariables} or {VersionWithoutVariables}");
        ConfigurationNode list = node.Member("Statement");
        if (!list.IsGiven)
        {
            list.Mistake("is missing, it should be a statement or a list of them");
            return null;
        }

        ImmutableArray<PolicyStatement> statements =
            [.. list.OneOrMore().Select((item, index) => ReadStatement(name, index, item)).OfType<PolicyStatement>()];
        bool hasVariables = statements.Any(statement => statement.Resources.Any(resource => resource.HasVariables));
        // IAM: in the older version ${...} is text. Who writes it means a variable.
        if (hasVariables && version == VersionWithoutVariables)
            node.Member("Version").Mistake($"should be {VersionWithVariables}, which has variables");
        return new PolicyDocument(name, statements, hasVariables || statements.Any(statement => statement.ThingIsAttached is not null));
    }

    private static PolicyStatement? ReadStatement(string policyName, int index, ConfigurationNode node)
    {
        if (!node.IsObject)
            return null;
        // NotAction, NotResource and Principal are among the unknown: AWS IoT has none of them.
        node.RefuseUnknown("Sid", "Effect", "Action", "Resource", "Condition");
        string? sid = node.Text("Sid", isRequired: false);
        string? effect = node.Text("Effect");
        if (effect is not (null or "Allow" or "Deny"))
            node.Member("Effect").Mistake("should be Allow or Deny");
        PolicyOperations operations = PolicyOperations.None;
        foreach ((ConfigurationNode place, string action) in Texts(node.Member("Action")))
        {
            operations |= PolicyActions.Read(action, out string? mistake);
            if (mistake is not null)
                place.Mistake(mistake);
        }

        return new PolicyStatement
        {
            PolicyName = policyName,
            Index = index,
            Sid = sid,
            Effect = effect == "Allow" ? PolicyEffect.Allow : PolicyEffect.Deny,
            Operations = operations,
            Resources = ReadResources(node.Member("Resource")),
            ThingIsAttached = PolicyCondition.Read(node.Member("Condition")),
        };
    }

    private static ImmutableArray<ResourcePattern> ReadResources(ConfigurationNode node)
    {
        var resources = ImmutableArray.CreateBuilder<ResourcePattern>();
        foreach ((ConfigurationNode place, string text) in Texts(node))
        {
            if (PolicyResource.Read(text, out string? mistake) is { } resource)
                resources.Add(resource);
            else
                place.Mistake(mistake!);
        }

        return resources.ToImmutable();
    }

    private static IEnumerable<(ConfigurationNode Place, string Text)> Texts(ConfigurationNode node)
    {
        foreach (ConfigurationNode item in node.OneOrMore())
        {
            if (item.Text() is { } text)
                yield return (item, text);
        }
    }

    private static bool IsShort(string text, ConfigurationNode node)
    {
        int characters = text.Count(c => !char.IsWhiteSpace(c));
        if (characters > MaxCharacters)
            node.Mistake(string.Create(CultureInfo.InvariantCulture, $"has {characters} characters besides white space, AWS allows {MaxCharacters}"));
        return characters <= MaxCharacters;
    }
}
