using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Defender.Gateway.Alerts;

/// <summary>
/// A violation event as one line of text:
/// <c>2026-01-01T12:00:00.000Z in-alarm thing=pump-17 profile=attack-surface behavior=telnet metric=aws:listening-tcp-ports offending=2323 value=22,2323 violation=0f34…</c>.
/// </summary>
internal static class ViolationLine
{
    private const int MaxMembers = 20;

    /// <summary>Formats the stored document of an event.</summary>
    public static string Format(ReadOnlyMemory<byte> document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        JsonElement root = json.RootElement;
        JsonElement behavior = root.GetProperty("behavior");
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("violationEventTime").GetInt64());
        var line = new StringBuilder(256);
        line.Append(time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        line.Append(' ').Append(root.GetProperty("violationEventType").GetString());
        Append(line, "thing", root.GetProperty("thingName").GetString()!);
        Append(line, "profile", root.GetProperty("securityProfileName").GetString()!);
        Append(line, "behavior", behavior.GetProperty("name").GetString()!);
        Append(line, "metric", behavior.GetProperty("metric").GetString()!);
        if (root.TryGetProperty("offendingMembers", out JsonElement offending))
            Append(line, "offending", Value(offending));
        if (root.TryGetProperty("metricValue", out JsonElement value))
            Append(line, "value", Value(value));
        Append(line, "violation", root.GetProperty("violationId").GetString()!);
        return line.ToString();
    }

    // A MetricValue has exactly one member: a scalar, or a list of which the first members are shown.
    private static string Value(JsonElement metricValue)
    {
        JsonElement value = metricValue.EnumerateObject().First().Value;
        if (value.ValueKind != JsonValueKind.Array)
            return value.ToString();
        int more = value.GetArrayLength() - MaxMembers;
        string members = string.Join(',', value.EnumerateArray().Take(MaxMembers).Select(member => member.ToString()));
        return more > 0 ? $"{members},+{more}" : members;
    }

    private static void Append(StringBuilder line, string key, string value)
    {
        line.Append(' ').Append(key).Append('=');
        if (value.Length > 0 && !value.AsSpan().ContainsAny(" \"=\\"))
        {
            line.Append(Printable.Escape(value));
            return;
        }

        // The backslash too, or one before a quote would end the value early and the rest pass for members of its own.
        string quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        line.Append('"').Append(Printable.Escape(quoted)).Append('"');
    }
}
