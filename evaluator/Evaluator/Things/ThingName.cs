using System;
using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Defender.Evaluator.Things;

/// <summary>
/// The two kinds of thing names. A report may come from any MQTT client, registered or not: its name is any text of 1 to 128
/// bytes of UTF-8 without control characters (R19; AWS: DeviceDefenderThingName has no pattern). A name in the registry is
/// 1 to 128 of <c>[a-zA-Z0-9:_-]</c> (AWS: ThingName).
/// </summary>
public static class ThingName
{
    /// <summary>Bytes of UTF-8. AWS: a client id has at most 128.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<byte> RegistryBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-"u8);

    private static readonly SearchValues<char> RegistryChars =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-");

    /// <summary>Whether reports for a thing of this name are taken.</summary>
    public static bool IsValid(ReadOnlySpan<byte> utf8, out ThingNameError error)
    {
        ThingNameFault fault =
            utf8.IsEmpty ? ThingNameFault.Empty
            : utf8.Length > MaxLength ? ThingNameFault.TooLong
            : !Utf8.IsValid(utf8) ? ThingNameFault.NotUtf8
            : HasControlCharacter(utf8) ? ThingNameFault.ControlCharacter
            : ThingNameFault.None;
        error = fault == ThingNameFault.None ? default : new(fault, utf8.Length);
        return fault == ThingNameFault.None;
    }

    /// <inheritdoc cref="IsValid(ReadOnlySpan{byte}, out ThingNameError)"/>
    public static bool IsValid(ReadOnlySpan<char> text, out ThingNameError error)
    {
        // A character is at least one byte: what is longer needs no look, and what is not fits.
        if (text.Length > MaxLength)
        {
            error = new(ThingNameFault.TooLong, Encoding.UTF8.GetByteCount(text));
            return false;
        }

        Span<byte> utf8 = stackalloc byte[3 * MaxLength];
        if (Utf8.FromUtf16(text, utf8, out _, out int length, replaceInvalidSequences: false) == OperationStatus.Done)
            return IsValid(utf8[..length], out error);
        error = new(ThingNameFault.NotUtf8, 0);
        return false;
    }

    /// <summary>Whether the registry can hold a thing of this name.</summary>
    public static bool IsRegistryName(ReadOnlySpan<byte> utf8) =>
        utf8.Length is >= 1 and <= MaxLength && !utf8.ContainsAnyExcept(RegistryBytes);

    /// <inheritdoc cref="IsRegistryName(ReadOnlySpan{byte})"/>
    public static bool IsRegistryName(ReadOnlySpan<char> text) =>
        text.Length is >= 1 and <= MaxLength && !text.ContainsAnyExcept(RegistryChars);

    private static bool HasControlCharacter(ReadOnlySpan<byte> utf8)
    {
        for (int i = 0; i < utf8.Length; i++)
        {
            // U+0080 to U+009F are C2 80 to C2 9F. In well-formed UTF-8 C2 has a byte behind it.
            if (utf8[i] is < 0x20 or 0x7F || (utf8[i] == 0xC2 && utf8[i + 1] < 0xA0))
                return true;
        }

        return false;
    }
}
