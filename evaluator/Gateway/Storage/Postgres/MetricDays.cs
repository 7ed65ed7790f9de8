using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using static Defender.Gateway.Storage.StoredTime;

namespace Defender.Gateway.Storage.Postgres;

/// <summary>The partitions of the metric values, one for each UTC day; table <c>metric_day</c> says which there are.</summary>
internal static class MetricDays
{
    /// <summary>Seconds: what is old may be much, and what is not deleted in time would be more the next time.</summary>
    public const int DeletionTimeout = 600;

    /// <summary>Makes the partitions that are missing, in the caller's transaction.</summary>
    public static void Create(PostgresSession session, IEnumerable<long> days)
    {
        long[] wanted = [.. days.Distinct()];
        if (wanted.Length == 0)
            return;
        List<long> missing = session.Query(
            "SELECT day FROM unnest($1) AS wanted (day) WHERE NOT EXISTS (SELECT 1 FROM metric_day d WHERE d.day = wanted.day)",
            row => row.GetInt64(0),
            wanted);
        foreach (long day in missing)
        {
            // Attached, not made in place: that would wait for every reader, a backup of an hour among them.
            session.Execute(string.Create(CultureInfo.InvariantCulture,
                $"""
                 CREATE TABLE {Partition(day)} (LIKE metric_block INCLUDING ALL);
                 ALTER TABLE metric_block ATTACH PARTITION {Partition(day)} FOR VALUES FROM ({day * MillisADay}) TO ({(day + 1) * MillisADay});
                 INSERT INTO metric_day (day) VALUES ({day});
                 """));
        }
    }

    /// <summary>Drops the days before one.</summary>
    public static void DropBefore(PostgresSession session, long end)
    {
        List<long> days = Before(session, end);
        foreach (long day in days)
            Drop(session, day);
        if (days.Count > 0)
            ForgetThings(session);
    }

    /// <summary>Drops the oldest day before one that has values; false when none has.</summary>
    public static bool DropOldest(PostgresSession session, long end)
    {
        foreach (long day in Before(session, end))
        {
            bool hasValues = session.Scalar($"SELECT 1 FROM {Partition(day)} LIMIT 1") is not null;
            Drop(session, day);
            if (!hasValues)
                continue;
            ForgetThings(session);
            return true;
        }

        return false;
    }

    private static List<long> Before(PostgresSession session, long end) =>
        session.Query("SELECT day FROM metric_day WHERE day < $1 ORDER BY day", row => row.GetInt64(0), end);

    private static void Drop(PostgresSession session, long day)
    {
        session.CommandTimeout = DeletionTimeout;
        // This does wait for readers, and new readers wait behind it: rather fail and let the caller try again later.
        session.Execute("SET LOCAL lock_timeout = '2s'");
        session.Execute($"DROP TABLE {Partition(day)}");
        session.Execute("DELETE FROM metric_day WHERE day = $1", day);
    }

    // Things come and go under names of their own choice: what has no values left needs no number.
    private static void ForgetThings(PostgresSession session) =>
        session.Execute("DELETE FROM metric_thing m WHERE NOT EXISTS (SELECT 1 FROM metric_block b WHERE b.thing_id = m.id)");

    private static string Partition(long day) => string.Create(CultureInfo.InvariantCulture, $"\"metric_block_{day}\"");
}
