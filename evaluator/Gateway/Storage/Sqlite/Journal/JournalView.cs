using System;
using System.Collections.Generic;

namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>What the journal has that the tables may not have yet: where it has something, it is newer than theirs.</summary>
internal readonly struct JournalView(JournalGeneration current, JournalGeneration folding)
{
    /// <summary>The state of a thing; false where only the table may have one.</summary>
    public bool TryGetState(string thingName, out ThingStateRow state) =>
        current.TryGetState(thingName, out state) || folding.TryGetState(thingName, out state);

    /// <summary>The things that it has a state of, and whether an alarm is open in it.</summary>
    public Dictionary<string, bool> States()
    {
        var states = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (JournalGeneration generation in (ReadOnlySpan<JournalGeneration>)[folding, current])
        {
            foreach (string thingName in generation.Things)
            {
                if (generation.TryGetState(thingName, out ThingStateRow state))
                    states[thingName] = state.InAlarm;
            }
        }

        return states;
    }

    /// <summary>Adds a copy of the blocks of a thing that start in a range, both ends included; those in force first.</summary>
    public void AddBlocks(string thingName, long from, long to, MetricBlockRows into)
    {
        current.AddBlocks(thingName, from, to, into);
        folding.AddBlocks(thingName, from, to, into);
    }
}
