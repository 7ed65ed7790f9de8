using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Gateway.Control;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>Fourteen days of reports, five minutes apart, kept as the gateway keeps them: report by report, merged from time to time.</summary>
internal static class MetricHistory
{
    public const int Days = 14;
    public const int Reports = Days * 288;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Writes the values of things up to now.</summary>
    public static void Write(IStore store, EvaluationRules rules, IReadOnlyList<string> things, DateTimeOffset now)
    {
        var log = new MetricLog(store, new SeriesTable(store));
        ThingRecord[] records = [.. things.Select(name => new ThingRecord(name))];
        SampleDevice[] devices = [.. things.Select((_, i) => new SampleDevice(i))];
        ThingProfiles profiles = rules.For(things[0]);
        var datapoints = new DatapointBuffer();
        var batch = new StoreBatch();
        var jitter = new Random(3);
        for (int report = 1; report <= Reports; report++)
        {
            DateTimeOffset time = now - (Reports - report) * Interval;
            for (int i = 0; i < records.Length; i++)
            {
                DateTimeOffset at = time + Interval * ((double)i / records.Length) + TimeSpan.FromMilliseconds(jitter.Next(-500, 501));
                devices[i].Advance(at);
                devices[i].Fill(datapoints);
                log.Record(records[i], profiles, datapoints, at, batch);
            }

            store.Commit(batch);
            log.Stored(batch);
            batch.Clear();
        }

        // The things go on from here.
        batch.ThingStates.AddRange(records.Select(record => new ThingStateRow(record.Name, record.Write(new ArrayBufferWriter<byte>()), false, now)));
        store.Commit(batch);
    }

    /// <summary>Bytes of a database file, all of it, for each value that a fleet's reports kept.</summary>
    /// <param name="things">Devices of the fleet.</param>
    /// <param name="metrics">Which of their metrics are kept.</param>
    /// <param name="now">When the last report came.</param>
    public static (double PerDatapoint, double PerReport) MeasureSize(int things, IReadOnlyCollection<string> metrics, DateTimeOffset now)
    {
        string directory = Directory.CreateTempSubdirectory("defender-benchmark-").FullName;
        try
        {
            using (var store = SqliteStore.Open(directory))
            {
                var control = new ControlPlane(store, new Arns(Arns.DefaultRegion, Arns.DefaultAccountId), TimeProvider.System);
                control.Change(draft =>
                {
                    SecurityProfiles.Create(draft, "keeping", SampleProfiles.Keeping(metrics));
                    SecurityProfiles.AttachTo(draft, "keeping", ProfileTarget.AllThings);
                });
                Write(store, control.Rules, [.. Enumerable.Range(0, things).Select(SampleAccount.Thing)], now);
            }

            // Closing has brought the log into the file.
            double bytes = new FileInfo(Path.Combine(directory, SqliteStore.FileName)).Length;
            return (bytes / ((double)things * Reports * metrics.Count), bytes / ((double)things * Reports));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
