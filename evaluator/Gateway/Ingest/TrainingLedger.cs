using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Judging;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;
using Defender.Gateway.Control;
using Defender.Gateway.Control.Resources;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Ingest;

/// <summary>
/// Counts, for each behavior that follows a model, the datapoints that its model could learn from, by UTC day. One owner
/// counts; anybody may ask.
/// </summary>
internal sealed class TrainingLedger
{
    /// <summary>AWS: a model is built of the trailing 14 days.</summary>
    public const int Days = 14;

    /// <summary>AWS: the least datapoints of the metric in those days.</summary>
    public const int MinDatapoints = 25_000;

    // Where the store keeps it.
    private const string StoredName = "model-training";

    private readonly object _gate = new();
    private readonly Dictionary<(string Profile, string Behavior), Entry> _entries = [];
    private ResourceTable<ProfileResource>? _kept;
    private bool _isStored = true;

    /// <summary>Reads what was counted.</summary>
    /// <exception cref="StoreException">It cannot be read, or is damaged.</exception>
    public TrainingLedger(IStore store)
    {
        try
        {
            foreach (Entry entry in store.ReadValue(StoredName) is { } stored ? JsonSerializer.Deserialize<Entry[]>(stored)! : [])
                _entries[(entry.Profile, entry.Behavior)] = entry;
        }
        catch (JsonException error)
        {
            throw new StoreException($"what was counted for models is damaged: {error.Message}", error);
        }
    }

    /// <summary>Counts the datapoints of one report.</summary>
    public void Count(ThingProfiles profiles, ReadOnlySpan<Datapoint> datapoints, DateTimeOffset at)
    {
        foreach (SecurityProfile profile in profiles.Profiles)
        {
            foreach (Behavior behavior in profile.Behaviors)
            {
                if (behavior.Criteria is ModelCriteria && IsIn(behavior, datapoints))
                    Count(profile.Name, behavior, at);
            }
        }
    }

    /// <summary>When the first datapoint was counted, and how far the collection is, 0 to 100; null where nothing was counted.</summary>
    public (DateTimeOffset Start, double Percentage)? Progress(string profileName, Behavior behavior, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue((profileName, behavior.Name), out Entry? entry) || entry.Metric != behavior.Metric.Name)
                return null;
            long first = DayOf(now) - Days;
            double counted = entry.ByDay.Where(day => day.Key >= first).Sum(day => (double)day.Value) / MinDatapoints;
            double elapsed = (now - entry.Start) / TimeSpan.FromDays(Days);
            return (entry.Start, 100 * Math.Clamp(Math.Min(counted, elapsed), 0, 1));
        }
    }

    /// <summary>Puts what was counted into a batch where that is not stored.</summary>
    public void Save(StoreBatch changes)
    {
        lock (_gate)
        {
            if (!_isStored)
                changes.Values[StoredName] = JsonSerializer.SerializeToUtf8Bytes(_entries.Values);
        }
    }

    /// <summary>The batch that it was put into is stored.</summary>
    public void Saved()
    {
        lock (_gate)
            _isStored = true;
    }

    /// <summary>Forgets behaviors that are no more, or follow no model any more.</summary>
    public void Keep(ResourceTable<ProfileResource> profiles)
    {
        if (ReferenceEquals(_kept, profiles))
            return;
        _kept = profiles;
        HashSet<(string, string)> present =
        [
            .. from profile in profiles.All.Select(resource => resource.Profile)
               from behavior in profile.Behaviors
               where behavior.Criteria is ModelCriteria
               select (profile.Name, behavior.Name),
        ];
        lock (_gate)
        {
            foreach ((string, string) gone in _entries.Keys.Where(key => !present.Contains(key)).ToArray())
            {
                _entries.Remove(gone);
                _isStored = false;
            }
        }
    }

    private void Count(string profileName, Behavior behavior, DateTimeOffset at)
    {
        long today = DayOf(at);
        lock (_gate)
        {
            if (!_entries.TryGetValue((profileName, behavior.Name), out Entry? entry) || entry.Metric != behavior.Metric.Name)
                _entries[(profileName, behavior.Name)] = entry = new Entry(profileName, behavior.Name, behavior.Metric.Name, at, []);
            foreach (long old in entry.ByDay.Keys.Where(day => day < today - Days).ToArray())
                entry.ByDay.Remove(old);
            entry.ByDay[today] = entry.ByDay.GetValueOrDefault(today) + 1;
            _isStored = false;
        }
    }

    private static bool IsIn(Behavior behavior, ReadOnlySpan<Datapoint> datapoints)
    {
        foreach (ref readonly Datapoint datapoint in datapoints)
        {
            if (datapoint.Metric.Name == behavior.Metric.Name && datapoint.Dimension == behavior.MetricDimension)
                return true;
        }

        return false;
    }

    private static long DayOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / (24 * 60 * 60);

    private sealed record Entry(string Profile, string Behavior, string Metric, DateTimeOffset Start, Dictionary<long, long> ByDay);
}
