using System;

namespace Defender.Agent.Linux.CommandLine;

/// <summary>Instants as text in UTC, digit by digit: the formats of .NET would bring time zones and cultures into the native build.</summary>
internal static class UtcText
{
    /// <summary>Of what <see cref="Write"/> writes, in characters.</summary>
    public const int Length = 24;

    private const int SecondsLength = 19;
    private const int MinutesLength = 16;

    /// <summary>Writes <c>2026-11-22T00:15:01.250Z</c>.</summary>
    /// <returns><see cref="Length"/>.</returns>
    public static int Write(Span<char> text, DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        Put(text, 0, 4, utc.Year);
        text[4] = '-';
        Put(text, 5, 2, utc.Month);
        text[7] = '-';
        Put(text, 8, 2, utc.Day);
        text[10] = 'T';
        Put(text, 11, 2, utc.Hour);
        text[13] = ':';
        Put(text, 14, 2, utc.Minute);
        text[16] = ':';
        Put(text, 17, 2, utc.Second);
        text[19] = '.';
        Put(text, 20, 3, utc.Millisecond);
        text[23] = 'Z';
        return Length;
    }

    /// <summary>Such as <c>2026-11-22T00:15:01Z</c>.</summary>
    public static string Seconds(DateTimeOffset time)
    {
        Span<char> text = stackalloc char[Length];
        Write(text, time);
        return string.Concat(text[..SecondsLength], "Z");
    }

    /// <summary>Such as <c>2026-11-22 00:15 UTC</c>.</summary>
    public static string Minutes(DateTimeOffset time)
    {
        Span<char> text = stackalloc char[Length];
        Write(text, time);
        text[10] = ' ';
        return string.Concat(text[..MinutesLength], " UTC");
    }

    private static void Put(Span<char> text, int start, int count, int value)
    {
        for (int i = start + count - 1; i >= start; i--, value /= 10)
            text[i] = (char)('0' + (value % 10));
    }
}
