using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Defender.Gateway.Access;

/// <summary>The content of the file of access keys: JSON with a version, strictly read.</summary>
internal static class AccessKeyDocument
{
    /// <summary>Most keys of a gateway.</summary>
    public const int MaxKeys = 100;

    /// <summary>Most bytes of the document: <see cref="MaxKeys"/> with descriptions of escaped characters have less.</summary>
    public const int MaxBytes = 256 * 1024;

    private const int Version = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(allowIntegerValues: false) },
        WriteIndented = true,
    };

    public static byte[] Write(IEnumerable<AccessKey> keys, SecretSeal seal) => JsonSerializer.SerializeToUtf8Bytes(
        new Document(Version, [.. keys.Select(key => new Entry(key.AccessKeyId, key.Rights, key.CreatedAt, seal.Seal(key), key.Description))]), Json);

    /// <summary>Reads a document; one mistake refuses the whole.</summary>
    /// <param name="json">The document.</param>
    /// <param name="seal">What its secrets were sealed with.</param>
    /// <param name="keys">The keys, in the order of the document.</param>
    /// <param name="problem">What is wrong, to follow the file's name.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> json, SecretSeal seal, [NotNullWhen(true)] out IReadOnlyList<AccessKey>? keys, [NotNullWhen(false)] out string? problem)
    {
        List<AccessKey> found = [];
        try
        {
            Document? document = JsonSerializer.Deserialize<Document>(json, Json);
            if (document is not { Version: Version })
                problem = $"has version {document?.Version}, this gateway reads {Version}";
            else if (document.AccessKeys.Length > MaxKeys)
                problem = $"has {document.AccessKeys.Length} keys, at most {MaxKeys} are allowed";
            else if (document.AccessKeys.DistinctBy(entry => entry?.AccessKeyId).Count() < document.AccessKeys.Length)
                problem = "has a key twice";
            else
                problem = Unseal(document.AccessKeys, seal, found);
        }
        catch (JsonException error)
        {
            problem = $"is damaged: {error.Message}";
        }

        keys = problem is null ? found : null;
        return keys is not null;
    }

    /// <summary>Adds the keys of the entries; what is wrong with the first that has a mistake.</summary>
    private static string? Unseal(Entry[] entries, SecretSeal seal, List<AccessKey> found)
    {
        foreach (Entry? entry in entries)
        {
            if (entry is null || !AccessKey.IsId(entry.AccessKeyId))
                return $"is damaged: entry {found.Count} has no access key id";
            if (entry.Description is { } text && !AccessKey.IsDescription(text))
                return $"is damaged: the description of {entry.AccessKeyId} is not 1 to {AccessKey.MaxDescriptionLength} printable characters";
            if (!seal.TryUnseal(entry.SealedSecret, entry.AccessKeyId, entry.Rights, out string? secret) || !AccessKey.IsSecret(secret))
                return $"or {SecretSeal.FileName} is damaged: the secret of {entry.AccessKeyId} does not open";
            found.Add(new AccessKey(entry.AccessKeyId, secret, entry.Rights, entry.CreateDate, entry.Description));
        }

        return null;
    }

    private sealed record Document(int Version, Entry[] AccessKeys);

    private sealed record Entry(string AccessKeyId, AccessRights Rights, DateTimeOffset CreateDate, byte[] SealedSecret, string? Description = null);
}
