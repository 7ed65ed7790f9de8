using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Control;

/// <summary>A security profile in the store: AWS's own document with what the account adds to it.</summary>
internal static class ProfileDocument
{
    public static byte[] Write(ProfileResource resource)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", resource.Version);
            writer.WriteNumber("createdAt", resource.CreatedAt.ToUnixTimeMilliseconds());
            writer.WriteNumber("modifiedAt", resource.ModifiedAt.ToUnixTimeMilliseconds());
            writer.WriteStartArray("targets");
            foreach (string target in resource.Targets)
                writer.WriteStringValue(target);
            writer.WriteEndArray();
            writer.WritePropertyName("profile");
            ProfileWriter.Write(writer, resource.Profile);
            writer.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="StoreException">What was stored is not valid any more.</exception>
    public static ProfileResource Read(string name, byte[] document, ProfileDefinitions definitions)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        JsonElement root = json.RootElement;
        if (!ProfileReader.TryRead(name, root.GetProperty("profile"), definitions, out SecurityProfile? profile, out ImmutableArray<ProfileError> errors))
            throw new StoreException($"the stored security profile {name} is not valid: {ProfileError.Join(errors)}");
        ImmutableSortedSet<string>.Builder targets = SortedNames.Empty.ToBuilder();
        foreach (JsonElement target in root.GetProperty("targets").EnumerateArray())
            targets.Add(target.GetString()!);
        return new ProfileResource(
            profile,
            root.GetProperty("version").GetInt64(),
            DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("createdAt").GetInt64()),
            DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("modifiedAt").GetInt64()),
            targets.ToImmutable());
    }
}
