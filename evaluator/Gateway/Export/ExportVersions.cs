using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Defender.Gateway.Export;

/// <summary>
/// Numbers values that come again for the same metric, thing, time and dimension: 1, then 2, and so on; the highest holds.
/// Remembers the last <see cref="Capacity"/> at least, which reaches far beyond the values of one time.
/// </summary>
internal sealed class ExportVersions
{
    /// <summary>Values that are remembered: a few megabytes.</summary>
    public const int Capacity = 50_000;

    private Dictionary<UInt128, int> _recent = [];
    private Dictionary<UInt128, int> _before = [];

    /// <summary>The version of the next value for the place of an entry.</summary>
    public int Next(JsonElement entry)
    {
        UInt128 place = PlaceOf(entry);
        int version = (_recent.TryGetValue(place, out int last) ? last : _before.GetValueOrDefault(place)) + 1;
        if (_recent.Count >= Capacity)
        {
            _before = _recent;
            _recent = [];
        }

        _recent[place] = version;
        return version;
    }

    private static UInt128 PlaceOf(JsonElement entry)
    {
        string dimension = entry.TryGetProperty(ExportEntries.Dimension, out JsonElement value) ? value.GetRawText() : "";
        string name = entry.GetProperty(ExportEntries.Name).GetString()!;
        string thing = entry.GetProperty(ExportEntries.Thing).GetString()!;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{name}\0{thing}\0{entry.GetProperty(ExportEntries.Timestamp).GetRawText()}\0{dimension}"), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
