using System;
using System.Collections.Generic;
using System.Linq;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Tests;

/// <summary>Short forms of what tests read from stores.</summary>
internal static class StoreReading
{
    /// <summary>As the store's own, into a list of its own.</summary>
    public static IReadOnlyList<MetricBlockRow> ReadMetricBlocks(this IStore store, string thingName, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var rows = new MetricBlockRows();
        store.ReadMetricBlocks(thingName, from, to, limit, rows);
        return [.. Enumerable.Range(0, rows.Count).Select(i => rows[i])];
    }
}
