using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Defender.Benchmarks;

/// <summary>Writes a JSON document of this project's reports as CBOR: lists, objects, ASCII text and whole numbers.</summary>
internal static class CborText
{
    public static byte[] Of(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        var cbor = new List<byte>();
        Append(document.RootElement, cbor);
        return [.. cbor];
    }

    private static void Append(JsonElement value, List<byte> cbor)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Head(5, (uint)value.EnumerateObject().Count(), cbor);
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    Text(member.Name, cbor);
                    Append(member.Value, cbor);
                }

                break;
            case JsonValueKind.Array:
                Head(4, (uint)value.GetArrayLength(), cbor);
                foreach (JsonElement item in value.EnumerateArray())
                    Append(item, cbor);
                break;
            case JsonValueKind.String:
                Text(value.GetString()!, cbor);
                break;
            default:
                Head(0, value.GetUInt32(), cbor);
                break;
        }
    }

    private static void Text(string text, List<byte> cbor)
    {
        Head(3, (uint)text.Length, cbor);
        cbor.AddRange(Encoding.ASCII.GetBytes(text));
    }

    private static void Head(int major, uint argument, List<byte> cbor)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, argument);
        (int info, int size) = argument switch
        {
            < 24 => ((int)argument, 0),
            <= byte.MaxValue => (24, 1),
            <= ushort.MaxValue => (25, 2),
            _ => (26, 4),
        };
        cbor.Add((byte)(major << 5 | info));
        cbor.AddRange(bytes[(4 - size)..]);
    }
}
