using System;
using System.Collections.Generic;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The queries that depend on how this database keeps its blocks of metric values.</summary>
internal static class SqliteReader
{
    /// <summary>As in <see cref="IStore.ReadMetricBlocks"/>.</summary>
    public static List<MetricBlockRow> MetricBlocks(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit) =>
        session.InSnapshot(() =>
        {
            var blocks = new List<MetricBlockRow>();
            if (session.Scalar("SELECT id FROM metric_thing WHERE thing_name = $1", thingName) is not long thing)
                return blocks;
            for (long? day = LastDay(session, Day(to)); day >= Day(from) && blocks.Count < limit; day = LastDay(session, day.Value - 1))
            {
                long midnight = day.Value * MillisADay;
                blocks.AddRange(session.Query(
                    """
                    SELECT start, data FROM metric_block WHERE day = $1 AND thing_id = $2 AND start BETWEEN $3 AND $4
                    ORDER BY start DESC LIMIT $5
                    """,
                    row => new MetricBlockRow(thingName, DateTimeOffset.FromUnixTimeMilliseconds(midnight + row.GetInt64(0)), row.GetFieldValue<byte[]>(1)),
                    day, thing, Millis(from) - midnight, Millis(to) - midnight, limit - blocks.Count));
            }

            return blocks;
        });

    // The days are few, but a clock that leapt may have left them far apart.
    private static long? LastDay(SqliteSession session, long end) =>
        session.Scalar("SELECT MAX(day) FROM metric_block WHERE day <= $1", end) as long?;
}
