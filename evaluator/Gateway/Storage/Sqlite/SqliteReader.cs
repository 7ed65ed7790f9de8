using System;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>The queries that depend on how this database keeps its blocks of metric values.</summary>
internal static class SqliteReader
{
    /// <summary>As <see cref="IStore.ReadMetricBlocks"/>, of what is in the table, behind what is there already.</summary>
    public static void AddBlocks(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into)
    {
        if (Day(from) == Day(to))
        {
            int left = limit;
            AddDay(session, thingName, Day(from), from, to, ref left, into);
        }
        else
            AddDays(session, thingName, from, to, limit, into);
    }

    private static void AddDays(SqliteSession session, string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into)
    {
        int left = limit;
        session.InSnapshot(() =>
        {
            for (long? day = LastDay(session, Day(to)); day >= Day(from) && left > 0; day = LastDay(session, day.Value - 1))
                AddDay(session, thingName, day.Value, from, to, ref left, into);
            return true;
        });
    }

    private static void AddDay(
        SqliteSession session, string thingName, long day, DateTimeOffset from, DateTimeOffset to, ref int left, MetricBlockRows into)
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
        query.Bind(5, left);
        for (; query.Read(); left--)
            into.Add(thingName, midnight + query.Number(0), query.Blob(1));
    }

    // The days are few, but a clock that leapt may have left them far apart.
    private static long? LastDay(SqliteSession session, long end) =>
        session.Scalar("SELECT MAX(day) FROM metric_block WHERE day <= $1", end) as long?;
}
