using System;
using System.Buffers;
using System.Text.Unicode;

namespace Defender.Mqtt.Topics;

/// <summary>Topic names: what a message is published to (MQTT 3.1.1, section 4.7). All members are pure.</summary>
public static class TopicName
{
    /// <summary>The longest topic name or filter in bytes of UTF-8 (MQTT-4.7.3-3).</summary>
    public const int MaxLength = ushort.MaxValue;

    private static readonly SearchValues<byte> Wildcards = SearchValues.Create("+#"u8);

    /// <summary>Whether the bytes are a topic name: 1 to 65,535 bytes of UTF-8 without U+0000 and wildcards.</summary>
    public static bool IsValid(ReadOnlySpan<byte> topic)
        => topic.Length <= MaxLength && HasValidGrammar(topic) && !topic.Contains((byte)0) && Utf8.IsValid(topic);

    /// <summary>Whether the text is a topic name; a lone surrogate is not.</summary>
    public static bool IsValid(ReadOnlySpan<char> topic)
    {
        Span<byte> utf8 = topic.Length <= 256 ? stackalloc byte[256 * 3] : new byte[topic.Length * 3];
        return Utf8.FromUtf16(topic, utf8, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done
            && IsValid(utf8[..length]);
    }

    /// <summary>The rules that remain for a string that was already read as MQTT's UTF-8.</summary>
    internal static bool HasValidGrammar(ReadOnlySpan<byte> topic) => !topic.IsEmpty && !topic.ContainsAny(Wildcards);
}
