using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Defender.Evaluator.Metrics;
using Defender.Evaluator.Profiles;

namespace Defender.Gateway.Storage.MetricValues;

/// <summary>
/// The ids by which blocks name their series: given when a series is first kept, never taken back. One owner adds; anybody
/// may look up.
/// </summary>
internal sealed class SeriesTable
{
    // Where the store keeps the table.
    private const string StoredName = "metric-series";

    private volatile ImmutableDictionary<SeriesKey, int> _ids;

    // How many ids the store knows, and how many the table has that a batch was given last.
    private int _stored;
    private int _saved;

    /// <summary>Reads the table.</summary>
    /// <exception cref="StoreException">It cannot be read, or is damaged.</exception>
    public SeriesTable(IStore store)
    {
        try
        {
            SeriesKey[] keys = store.ReadValue(StoredName) is { } stored ? JsonSerializer.Deserialize<SeriesKey[]>(stored)! : [];
            _ids = keys.Select((key, id) => KeyValuePair.Create(key, id)).ToImmutableDictionary();
            _stored = _ids.Count;
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new StoreException($"the stored table of metric series is damaged: {error.Message}", error);
        }
    }

    /// <summary>The id of a series, a new one where it has none.</summary>
    public int Add(Metric metric, MetricDimension? dimension)
    {
        SeriesKey key = SeriesKey.Of(metric, dimension);
        if (_ids.TryGetValue(key, out int id))
            return id;
        id = _ids.Count;
        _ids = _ids.Add(key, id);
        return id;
    }

    /// <summary>The id of a series that is or was kept.</summary>
    public bool TryGet(Metric metric, MetricDimension? dimension, out int id) => _ids.TryGetValue(SeriesKey.Of(metric, dimension), out id);

    /// <summary>Puts the table into a batch where it has ids that are not stored.</summary>
    public void Save(StoreBatch changes)
    {
        if (_ids.Count == _stored)
            return;
        changes.Values[StoredName] = JsonSerializer.SerializeToUtf8Bytes(_ids.OrderBy(entry => entry.Value).Select(entry => entry.Key));
        _saved = _ids.Count;
    }

    /// <summary>
    /// A batch is stored and not cleared yet. It may be without the table, or with one that lacks an id: a report that failed
    /// halfway leaves its ids here and nothing in the batch.
    /// </summary>
    public void Saved(StoreBatch changes)
    {
        if (changes.Values.ContainsKey(StoredName))
            _stored = _saved;
    }

    // A custom metric may be deleted and come back with another type: those are two series.
    private readonly record struct SeriesKey(string Metric, MetricValueKind Kind, string? Dimension, DimensionValueOperator? Operator)
    {
        public static SeriesKey Of(Metric metric, MetricDimension? dimension) =>
            new(metric.Name, metric.Kind, dimension?.DimensionName, dimension?.Operator);
    }
}
