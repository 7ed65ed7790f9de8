using System;
using System.Collections.Generic;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The queries that depend on how this database keeps its blocks of metric values.</summary>
internal static class SqliteReader
{
    public static List<MetricBlockRow> MetricBlocks(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit)
    {
        var blocks = new List<MetricBlockRow>();
        if (session.Scalar("SELECT id FROM metric_thing WHERE thing_name = $1", thingName) is not long thing)
            return blocks;
        long first = Math.Max(Day(from), session.Scalar("SELECT MIN(day) FROM metric_block") as long? ?? long.MaxValue);
        long last = Math.Min(Day(to), session.Scalar("SELECT MAX(day) FROM metric_block") as long? ?? long.MinValue);
        for (long day = last; day >= first && blocks.Count < limit; day--)
        {
            long midnight = day * MillisADay;
            blocks.AddRange(session.Query(
                """
                SELECT start, data FROM metric_block WHERE day = $1 AND thing_id = $2 AND start BETWEEN $3 AND $4
                ORDER BY start DESC LIMIT $5
                """,
                row => new MetricBlockRow(thingName, DateTimeOffset.FromUnixTimeMilliseconds(midnight + row.GetInt64(0)), row.GetFieldValue<byte[]>(1)),
                day, thing, Millis(from) - midnight, Millis(to) - midnight, limit - blocks.Count));
        }

        return blocks;
    }
}
