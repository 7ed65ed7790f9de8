using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Defender.Interop.Tests.Aws;

/// <summary>Reads answers, and writes the times of questions.</summary>
internal static class Answers
{
    /// <summary>A member that is a string.</summary>
    public static string Text(this JsonObject answer, string name) => answer[name]!.GetValue<string>();

    /// <summary>A member that is a list of objects.</summary>
    public static JsonObject[] List(this JsonObject answer, string name) => [.. (answer[name]?.AsArray() ?? []).Select(item => item!.AsObject())];

    /// <summary>A member that is a list of strings.</summary>
    public static string[] Texts(this JsonObject answer, string name) => [.. (answer[name]?.AsArray() ?? []).Select(item => item!.GetValue<string>())];

    /// <summary>One member of each object of a list.</summary>
    public static string[] Each(this JsonObject answer, string list, string name) => [.. answer.List(list).Select(item => item.Text(name))];

    /// <summary>A time so far from now, ISO 8601 in UTC.</summary>
    public static string FromNow(TimeSpan span) =>
        (TimeProvider.System.GetUtcNow() + span).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An hour ago.</summary>
    public static string HourAgo => FromNow(TimeSpan.FromHours(-1));

    /// <summary>In an hour.</summary>
    public static string HourAhead => FromNow(TimeSpan.FromHours(1));
}
