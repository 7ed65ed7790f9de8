using System;
using System.Collections.Generic;
using System.Linq;

namespace Defender.Evaluator.Tests.Reports;

/// <summary>Makes bad reports of good ones: a few random edits of bytes, ranges and known pieces. Repeatable by its seed.</summary>
internal sealed class Mutator(Random random, IReadOnlyList<byte[]> payloads)
{
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "true", "-", "0", "1e400", "1.0", "18446744073709551617", "\\ud800", "\\u0000",
            "\"rid\"", "\"hed\"", "\"t\"", "\"pt\"", "\"number\"", "{\"a\":1}", "[[[[[[[[", "192.0.2.1:80", "%eth0", "::",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
        [0x7F], [0x9F], [0xBF], [0xFF], [0xA0], [0x80], [0xF6], [0xF7], [0xC0], [0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xF9, 0x7E, 0x00], [0x63, 0x72, 0x69, 0x64], [0x9B, 0x7F], [0x81, 0x81, 0x81, 0x81, 0x81, 0x81], [0xC3, 0xA9], [0xED, 0xA0, 0x80],
    ];

    public byte[] Next()
    {
        List<byte> bytes = [.. payloads[random.Next(payloads.Count)]];

        // Half of them stay near a good report: most other edits of CBOR break its lengths and get no further.
        if (bytes.Count > 0 && random.Next(2) == 0)
        {
            bytes[random.Next(bytes.Count)] ^= (byte)(1 << random.Next(8));
            return [.. bytes];
        }

        for (int edits = random.Next(1, 5); edits > 0; edits--)
            Edit(bytes);
        return [.. bytes];
    }

    private void Edit(List<byte> bytes)
    {
        int at = random.Next(bytes.Count + 1);
        int length = Math.Min(random.Next(1, 24), bytes.Count - at);
        switch (random.Next(7))
        {
            case 0 when length > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 1 when length > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                byte[] other = payloads[random.Next(payloads.Count)];
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(random.Next(1, 200), other.Length - from)).ToArray());
                break;
            default:
                bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                break;
        }
    }
}
