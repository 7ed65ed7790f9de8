using System;
using System.Collections.Generic;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The queries that depend on how this database keeps its blocks of metric values.</summary>
internal static class SqliteReader
{
    /// <summary>As in <see cref="IStore.ReadMetricBlocks"/>, of what is in the table.</summary>
    public static List<MetricBlockRow> MetricBlocks(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit) =>
        session.InSnapshot(() =>
        {
            var blocks = new List<MetricBlockRow>();
            for (long? day = LastDay(session, from, to); day >= Day(from) && blocks.Count < limit; day = LastDay(session, day.Value - 1))
                AddDay(session, thingName, day.Value, from, to, limit, blocks);
            return blocks;
        });

    private static void AddDay(
        SqliteSession session, string thingName, long day, DateTimeOffset from, DateTimeOffset to, int limit, List<MetricBlockRow> blocks)
    {
        long midnight = day * MillisADay;
        SqliteStatement query = session.Prepare(
            """
            SELECT start, data FROM metric_block
            WHERE day = ?1 AND thing_id = (SELECT id FROM metric_thing WHERE thing_name = ?2) AND start BETWEEN ?3 AND ?4
            ORDER BY start DESC LIMIT ?5
            """);
        query.Bind(1, day);
        query.Bind(2, thingName);
        query.Bind(3, Millis(from) - midnight);
        query.Bind(4, Millis(to) - midnight);
        query.Bind(5, limit - blocks.Count);
        while (query.Read())
            blocks.Add(new MetricBlockRow(thingName, DateTimeOffset.FromUnixTimeMilliseconds(midnight + query.Number(0)), query.Blob(1).ToArray()));
    }

    // A range of one day needs no look for others.
    private static long? LastDay(SqliteSession session, DateTimeOffset from, DateTimeOffset to) =>
        Day(from) == Day(to) ? Day(to) : LastDay(session, Day(to));

    // The days are few, but a clock that leapt may have left them far apart.
    private static long? LastDay(SqliteSession session, long end) =>
        session.Scalar("SELECT MAX(day) FROM metric_block WHERE day <= $1", end) as long?;
}
