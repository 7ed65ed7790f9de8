using System;
using System.Runtime.InteropServices;
using Defender.Evaluator.Metrics;

namespace Defender.Evaluator.Reports.Grammar;

/// <summary>
/// Tells whether a key was there before in its scope: the names of one object, the addresses of one list. One open-addressing
/// table serves all scopes of a report and is kept for the next one, so it allocates only while it grows. The hash is the
/// runtime's keyed one for strings: a peer cannot choose keys that collide. Not thread-safe.
/// </summary>
/// <param name="firstScope">The number of the first scope: a test starts near the last.</param>
internal sealed class DistinctKeys(uint firstScope = 1)
{
    private const int HashStep = unchecked((int)0x9E37_79B1);

    private struct Slot
    {
        public uint Scope; // below _firstScope: a leftover of an earlier report, free
        public int Hash;
        public int Start;
        public int Length;
    }

    private readonly GrowingList<byte> _bytes = new(256);
    private Slot[] _slots = new Slot[64]; // a power of two, at most half full
    private int _count;
    private uint _firstScope = firstScope;
    private uint _nextScope = firstScope;

    /// <summary>Forgets all keys and scopes, keeps the memory.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _count = 0;
        _firstScope = _nextScope;

        // A report has fewer scopes than bytes; long before the numbers run out they start again.
        if (_nextScope > uint.MaxValue / 2)
        {
            Array.Clear(_slots);
            _firstScope = _nextScope = 1;
        }
    }

    /// <summary>A new scope, valid until <see cref="Clear"/>.</summary>
    public uint OpenScope() => _nextScope++;

    /// <summary>Remembers the key; false when the scope has it already.</summary>
    public bool Add(uint scope, ReadOnlySpan<byte> key)
    {
        int hash = Hash(scope, key);
        int mask = _slots.Length - 1;
        int index = hash & mask;
        while (_slots[index].Scope >= _firstScope)
        {
            ref Slot slot = ref _slots[index];
            if (slot.Hash == hash && slot.Scope == scope && _bytes.Span.Slice(slot.Start, slot.Length).SequenceEqual(key))
                return false;
            index = (index + 1) & mask;
        }

        _slots[index] = new() { Scope = scope, Hash = hash, Start = _bytes.AddRange(key), Length = key.Length };
        if (++_count > _slots.Length / 2)
            Grow();
        return true;
    }

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[old.Length * 2];
        int mask = _slots.Length - 1;
        foreach (Slot slot in old)
        {
            if (slot.Scope < _firstScope)
                continue;
            int index = slot.Hash & mask;
            while (_slots[index].Scope != 0)
                index = (index + 1) & mask;
            _slots[index] = slot;
        }
    }

    private static int Hash(uint scope, ReadOnlySpan<byte> key)
    {
        // The bytes taken as UTF-16 code units, valid or not: the hash takes any.
        int hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(key));
        if ((key.Length & 1) != 0)
            hash += (key[^1] + 1) * HashStep;
        return hash ^ (int)scope * HashStep;
    }
}
