using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Defender.Evaluator.Alarms;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control;
using Defender.Gateway.Storage;

namespace Defender.Benchmarks.GatewayLoad;

/// <summary>
/// 100,000 violations of 29 days, half of them active, a tenth verified by somebody, written as the judge's events are, in
/// their order and through batches of the store.
/// </summary>
internal static class SampleViolations
{
    public const int Count = 100_000;

    public static readonly TimeSpan Span = TimeSpan.FromDays(29);

    private const int ViolationsOfBatch = 1000;

    private static readonly string[] Verified = ["TRUE_POSITIVE", "BENIGN_POSITIVE", "FALSE_POSITIVE"];

    public static string Id(int violation) => violation.ToString("x32", CultureInfo.InvariantCulture);

    public static void Write(IStore store, AccountState account, DateTimeOffset now)
    {
        var random = new Random(5);
        ImmutableArray<Behavior>[] behaviors = [.. account.Profiles.All.Select(profile => profile.Profile.Behaviors)];
        var batch = new StoreBatch();
        for (int violation = 0; violation < Count; violation++)
        {
            DateTimeOffset start = now - Span * ((double)(Count - violation) / Count);
            int profile = random.Next(behaviors.Length);
            int kind = random.Next(20);
            Behavior behavior = behaviors[profile][kind switch { < 8 => 0, < 12 => 1, < 16 => 2, < 18 => 3, _ => 4 }];
            string thing = SampleAccount.Thing(random.Next(SampleAccount.Things));
            var begin = new ViolationEvent(Id(violation), thing, SampleProfiles.Name(profile), behavior, ViolationEventType.InAlarm, start) { MetricValue = ValueOf(behavior, random) };
            batch.ViolationEvents.Add(ToRow(begin));
            if (violation % 2 == 0)
            {
                DateTimeOffset end = start + (now - start) * random.NextDouble();
                batch.ViolationEvents.Add(ToRow(begin with { Type = ViolationEventType.AlarmCleared, Time = end }));
            }

            if (random.Next(10) == 0)
                batch.Verifications.Add(new VerificationRow(Id(violation), new Verification(Verified[random.Next(Verified.Length)], "looked at")));
            if ((violation + 1) % ViolationsOfBatch != 0)
                continue;
            store.Commit(batch);
            batch.Clear();
        }
    }

    private static MetricValue ValueOf(Behavior behavior, Random random) => behavior.Metric.Kind switch
    {
        MetricValueKind.Ports => MetricValue.OfPorts([22, 80, 443, 2323, 8883]),
        MetricValueKind.Cidrs => MetricValue.OfCidrs([.. Enumerable.Range(0, 5).Select(i => $"198.51.100.{random.Next(256)}")]),
        _ => MetricValue.OfCount(1_000_000_000 + random.Next()),
    };

    private static StoredViolationEvent ToRow(ViolationEvent violation) => new(
        violation.ViolationId,
        violation.ThingName,
        violation.SecurityProfileName,
        violation.Behavior.Name,
        violation.Behavior.Criteria switch { StaticCriteria => "STATIC", StatisticalCriteria => "STATISTICAL", _ => "MACHINE_LEARNING" },
        violation.Behavior.SuppressAlerts,
        violation.Type.ToWireName(),
        violation.Time,
        ViolationEventWriter.ToUtf8Json(violation, withEvidence: true))
    {
        Behavior = violation.Type == ViolationEventType.InAlarm ? ProfileWriter.ToUtf8Json(violation.Behavior) : null,
        MetricValue = ProfileWriter.ToUtf8Json(violation.MetricValue!),
    };
}
