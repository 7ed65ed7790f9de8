using System;
using System.Text;

namespace Defender.Agent.Linux.Metrics;

/// <summary>
/// The strings of texts that come again in each report, so that only new ones are allocated. Holds a fixed number; a new one
/// takes the place of another.
/// </summary>
internal sealed class TextCache
{
    private const int Slots = 2048;
    private const int Probes = 4;

    private readonly string?[] _texts = new string?[Slots];

    /// <param name="text">ASCII.</param>
    public string Get(ReadOnlySpan<byte> text)
    {
        int slot = Hash(text);
        int free = slot;
        for (int i = 0; i < Probes; i++)
        {
            int at = (slot + i) % Slots;
            if (_texts[at] is not { } known)
                free = at;
            else if (Ascii.Equals(text, known))
                return known;
        }

        string made = Encoding.ASCII.GetString(text);
        _texts[free] = made;
        return made;
    }

    // FNV-1a.
    private static int Hash(ReadOnlySpan<byte> text)
    {
        uint hash = 2166136261;
        foreach (byte letter in text)
            hash = (hash ^ letter) * 16777619;
        return (int)(hash % Slots);
    }
}
