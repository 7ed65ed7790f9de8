using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;

namespace Defender.Agent.Core.Tests.Reports;

/// <summary>
/// Turns CBOR into the JSON text of the same data, refusing what our writer has no business to write: indefinite lengths, tags,
/// byte strings, heads that are not the shortest, and bytes after the value.
/// </summary>
internal static class CborText
{
    public static string ToJson(byte[] document)
    {
        int position = 0;
        StringBuilder text = new();
        Value(document, ref position, text);
        return position == document.Length ? text.ToString() : throw new InvalidDataException("bytes after the value");
    }

    private static void Value(byte[] document, ref int position, StringBuilder text)
    {
        int type = document[position] >> 5;
        if (type == 7)
        {
            text.Append(Float(document, ref position).ToString("R", CultureInfo.InvariantCulture));
            return;
        }

        ulong argument = Head(document, ref position);
        switch (type)
        {
            case 0:
                text.Append(argument.ToString(CultureInfo.InvariantCulture));
                break;
            case 1:
                text.Append((-1 - (long)argument).ToString(CultureInfo.InvariantCulture));
                break;
            case 3:
                UTF8Encoding strict = new(false, throwOnInvalidBytes: true);
                text.Append(JsonSerializer.Serialize(strict.GetString(document, position, (int)argument)));
                position += (int)argument;
                break;
            case 4:
                Items(document, ref position, text, argument, "[]", isMap: false);
                break;
            case 5:
                Items(document, ref position, text, argument, "{}", isMap: true);
                break;
            default:
                throw new InvalidDataException($"major type {type}");
        }
    }

    private static void Items(byte[] document, ref int position, StringBuilder text, ulong count, string brackets, bool isMap)
    {
        text.Append(brackets[0]);
        for (ulong i = 0; i < count; i++)
        {
            if (i > 0)
                text.Append(',');
            if (isMap)
            {
                Value(document, ref position, text);
                text.Append(':');
            }

            Value(document, ref position, text);
        }

        text.Append(brackets[1]);
    }

    private static double Float(byte[] document, ref int position)
    {
        ReadOnlySpan<byte> rest = document.AsSpan(position + 1);
        (double value, int bytes) = (document[position] & 0x1F) switch
        {
            25 => ((double)BinaryPrimitives.ReadHalfBigEndian(rest), 2),
            26 => (BinaryPrimitives.ReadSingleBigEndian(rest), 4),
            27 => (BinaryPrimitives.ReadDoubleBigEndian(rest), 8),
            _ => throw new InvalidDataException($"simple value {document[position]:X}"),
        };
        bool isShortest = bytes == 2 || (bytes == 4 ? (double)(Half)value : (float)value) != value;
        position += 1 + bytes;
        return isShortest ? value : throw new InvalidDataException("not the shortest float");
    }

    private static ulong Head(byte[] document, ref int position)
    {
        int information = document[position++] & 0x1F;
        if (information < 24)
            return (ulong)information;

        ReadOnlySpan<byte> rest = document.AsSpan(position);
        (ulong value, int bytes, ulong least) = information switch
        {
            24 => (rest[0], 1, 24UL),
            25 => (BinaryPrimitives.ReadUInt16BigEndian(rest), 2, 0x100UL),
            26 => (BinaryPrimitives.ReadUInt32BigEndian(rest), 4, 0x10000UL),
            27 => (BinaryPrimitives.ReadUInt64BigEndian(rest), 8, 0x100000000UL),
            _ => throw new InvalidDataException($"additional information {information}"),
        };
        position += bytes;
        return value >= least ? value : throw new InvalidDataException("not the shortest head");
    }
}
