using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using Defender.Gateway.Alerts.Reading;

namespace Defender.Gateway.Policies.Reading;

/// <summary>
/// Reads the file of policies: a JSON object of names with a policy document each. One mistake refuses the whole, and so does a
/// file without a policy (CVE-2018-12550: what is empty must not allow all).
/// </summary>
internal static class PolicyFile
{
    /// <summary>The most bytes of the file.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>The most policies of the file.</summary>
    public const int MaxPolicies = 1000;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the content of the file.</summary>
    /// <param name="content">Of any length; more than <see cref="MaxBytes"/> is a mistake.</param>
    /// <param name="policies">By name.</param>
    /// <param name="mistakes">Each with its place, as in <c>["Name"].Statement[0].Effect: should be Allow or Deny</c>.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> content, [NotNullWhen(true)] out FrozenDictionary<string, PolicyDocument>? policies, out IReadOnlyList<string> mistakes)
    {
        var found = new List<string>();
        mistakes = found;
        policies = null;
        if (content.Length > MaxBytes)
        {
            found.Add($"document: should have at most {MaxBytes} bytes");
            return false;
        }

        try
        {
            if (content.Span.StartsWith(ByteOrderMark))
                content = content[ByteOrderMark.Length..];
            using JsonDocument document = JsonDocument.Parse(content, PolicyReader.Json);
            List<PolicyDocument> documents = Read(new ConfigurationNode(document.RootElement, "", found));
            if (found.Count == 0)
                policies = documents.ToFrozenDictionary(policy => policy.Name, StringComparer.Ordinal);
        }
        catch (JsonException error)
        {
            found.Add($"document: is not JSON: {Printable.Escape(error.Message)}");
        }

        return policies is not null;
    }

    /// <summary>AWS: PolicyName, <c>[\w+=,.@-]+</c> of 1 to 128.</summary>
    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@-".Contains(c, StringComparison.Ordinal));

    private static List<PolicyDocument> Read(ConfigurationNode root)
    {
        var documents = new List<PolicyDocument>();
        if (!root.IsObject)
            return documents;
        int count = 0;
        foreach ((string name, ConfigurationNode node) in root.Members(inBrackets: true))
        {
            count++;
            if (!IsName(name))
                node.Mistake("should be named with 1 to 128 letters, digits and _+=,.@-");
            if (PolicyReader.Read(name, node) is { } document)
                documents.Add(document);
        }

        if (count == 0)
            root.Mistake("should hold at least one policy; without any, leave the option out");
        if (count > MaxPolicies)
            root.Mistake($"should hold at most {MaxPolicies} policies");
        return documents;
    }
}
