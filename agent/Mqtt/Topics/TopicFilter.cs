using System;
using System.Buffers;
using System.Text.Unicode;

namespace Defender.Mqtt.Topics;

/// <summary>Topic filters: what a client subscribes to (MQTT 3.1.1, section 4.7). All members are pure.</summary>
public static class TopicFilter
{
    /// <summary>Whether the bytes are a filter: 1 to 65,535 bytes of UTF-8 without U+0000, <c>#</c> last and alone in its level, <c>+</c> alone in its level.</summary>
    public static bool IsValid(ReadOnlySpan<byte> filter)
        => filter.Length <= TopicName.MaxLength && HasValidGrammar(filter) && !filter.Contains((byte)0) && Utf8.IsValid(filter);

    /// <summary>Whether the text is a filter; a lone surrogate is not.</summary>
    public static bool IsValid(ReadOnlySpan<char> filter)
    {
        Span<byte> utf8 = filter.Length <= 256 ? stackalloc byte[256 * 3] : new byte[filter.Length * 3];
        return Utf8.FromUtf16(filter, utf8, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            && IsValid(utf8[..length]);
    }

    /// <summary>Whether a filter selects a topic; level by level, without allocation and in time linear in both.</summary>
    /// <param name="filter">A valid filter; the answer for any other bytes has no meaning.</param>
    /// <param name="topic">A valid topic name.</param>
    /// <param name="hashMatchesParent">
    /// Whether <c>sport/#</c> selects <c>sport</c>: true by the specification (section 4.7.1.2), false for AWS IoT Core.
    /// </param>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic, bool hashMatchesParent = true)
    {
        if (filter.IsEmpty || topic.IsEmpty)
        {
            return false;
        }

        // MQTT-4.7.2-1: a leading wildcard does not select topics that start with $.
        if (topic[0] == '$' && (filter[0] is (byte)'+' or (byte)'#'))
        {
            return false;
        }

        while (true)
        {
            ReadOnlySpan<byte> wanted = TakeLevel(ref filter, out bool lastWanted);
            if (wanted is [(byte)'#'])
            {
                return true;
            }

            ReadOnlySpan<byte> level = TakeLevel(ref topic, out bool lastLevel);
            if (wanted is not [(byte)'+'] && !wanted.SequenceEqual(level))
            {
                return false;
            }

            if (lastWanted || lastLevel)
            {
                return lastWanted ? lastLevel : hashMatchesParent && filter is [(byte)'#'];
            }
        }
    }

    /// <summary>Whether a filter is meant as a shared subscription; one that is may still be malformed.</summary>
    public static bool IsShared(ReadOnlySpan<byte> filter) => filter.StartsWith("$share/"u8);

    /// <summary>Takes a shared subscription apart: <c>$share/{group}/{inner}</c> (MQTT 5.0, section 4.8.2).</summary>
    /// <param name="filter">Any bytes.</param>
    /// <param name="group">The share name, one character or more without / + # (MQTT-4.8.2-1, MQTT-4.8.2-2).</param>
    /// <param name="inner">The filter that selects the topics: a valid filter.</param>
    /// <returns>False when the filter is not a shared one, or a malformed one, or no UTF-8 without U+0000.</returns>
    public static bool TryParseShared(ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> group, out ReadOnlySpan<byte> inner)
    {
        group = default;
        inner = default;
        if (!IsShared(filter) || !IsValid(filter))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = filter["$share/"u8.Length..];
        int slash = rest.IndexOf((byte)'/');
        if (slash <= 0 || slash == rest.Length - 1 || rest[..slash].IndexOfAny((byte)'+', (byte)'#') >= 0)
        {
            return false;
        }

        group = rest[..slash];
        inner = rest[(slash + 1)..];
        return true;
    }

    /// <summary>The rules that remain for a string that was already read as MQTT's UTF-8.</summary>
    internal static bool HasValidGrammar(ReadOnlySpan<byte> filter)
    {
        bool last = filter.IsEmpty;
        if (last)
        {
            return false;
        }

        while (!last)
        {
            ReadOnlySpan<byte> level = TakeLevel(ref filter, out last);
            bool valid = level.Length == 1 ? level[0] != '#' || last : level.IndexOfAny((byte)'+', (byte)'#') < 0;
            if (!valid)
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> rest, out bool last)
    {
        int slash = rest.IndexOf((byte)'/');
        last = slash < 0;
        ReadOnlySpan<byte> level = last ? rest : rest[..slash];
        rest = last ? default : rest[(slash + 1)..];
        return level;
    }
}
