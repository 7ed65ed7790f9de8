using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO;
using System.Text.Json;

namespace Defender.Gateway.Alerts;

/// <summary>Messages that did not go out singly: how many, of what time, of which profiles. Immutable.</summary>
/// <param name="MessageId">The id of the message that will tell.</param>
/// <param name="Count">How many.</param>
/// <param name="From">The earliest time of any, Unix milliseconds.</param>
/// <param name="To">The latest time of any.</param>
/// <param name="ByProfile">How many of the first <see cref="MaxProfiles"/> profiles; the others are in <paramref name="Count"/> only.</param>
internal sealed record FoldedAlerts(string MessageId, long Count, long From, long To, ImmutableSortedDictionary<string, long> ByProfile)
{
    /// <summary>Profiles that are counted apart.</summary>
    public const int MaxProfiles = 20;

    /// <summary>Begins a count with its first message.</summary>
    public static FoldedAlerts Begin(string topicArn, string messageId, string? profile, DateTimeOffset time, DateTimeOffset now)
    {
        string id = AlertMessageId.OfParts("folded", topicArn, messageId, now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        long millis = time.ToUnixTimeMilliseconds();
        return new FoldedAlerts(id, 0, millis, millis, ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal)).Add(profile, time);
    }

    /// <summary>Counts one more.</summary>
    public FoldedAlerts Add(string? profile, DateTimeOffset time)
    {
        long millis = time.ToUnixTimeMilliseconds();
        bool isCounted = profile is not null && (ByProfile.ContainsKey(profile) || ByProfile.Count < MaxProfiles);
        return this with
        {
            Count = Count + 1,
            From = Math.Min(From, millis),
            To = Math.Max(To, millis),
            ByProfile = isCounted ? ByProfile.SetItem(profile!, ByProfile.GetValueOrDefault(profile!) + 1) : ByProfile,
        };
    }

    /// <summary>The message that tells: <c>{"foldedEvents", "from", "to", "byProfile"}</c>, UTF-8.</summary>
    public byte[] ToMessage() => Write(withId: false);

    /// <summary>The message and its id, for the store.</summary>
    public byte[] ToBytes() => Write(withId: true);

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static bool TryRead(byte[] bytes, [NotNullWhen(true)] out FoldedAlerts? folded)
    {
        folded = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            folded = new FoldedAlerts(
                root.GetProperty("messageId").GetString()!,
                root.GetProperty("foldedEvents").GetInt64(),
                root.GetProperty("from").GetInt64(),
                root.GetProperty("to").GetInt64(),
                root.GetProperty("byProfile").EnumerateObject().ToImmutableSortedDictionary(
                    member => member.Name, member => member.Value.GetInt64(), StringComparer.Ordinal));
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException
            or KeyNotFoundException)
        {
            return false;
        }
    }

    private byte[] Write(bool withId)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            if (withId)
                writer.WriteString("messageId", MessageId);
            writer.WriteNumber("foldedEvents", Count);
            writer.WriteNumber("from", From);
            writer.WriteNumber("to", To);
            writer.WriteStartObject("byProfile");
            foreach ((string profile, long count) in ByProfile)
                writer.WriteNumber(profile, count);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
