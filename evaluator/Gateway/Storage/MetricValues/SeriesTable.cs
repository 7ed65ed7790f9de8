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
    private bool _isStored = true;

    /// <summary>Reads the table.</summary>
    /// <exception cref="StoreException">It cannot be read, or is damaged.</exception>
    public SeriesTable(IStore store)
    {
        try
        {
            SeriesKey[] keys = store.ReadValue(StoredName) is { } stored ? JsonSerializer.Deserialize<SeriesKey[]>(stored)! : [];
            _ids = keys.Select((key, id) => KeyValuePair.Create(key, id)).ToImmutableDictionary();
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
        _isStored = false;
        return id;
    }

    /// <summary>The id of a series that is or was kept.</summary>
    public bool TryGet(Metric metric, MetricDimension? dimension, out int id) => _ids.TryGetValue(SeriesKey.Of(metric, dimension), out id);

    /// <summary>Puts the table into a batch where it has ids that are not stored.</summary>
    public void Save(StoreBatch changes)
    {
        if (!_isStored)
            changes.Values[StoredName] = JsonSerializer.SerializeToUtf8Bytes(_ids.OrderBy(entry => entry.Value).Select(entry => entry.Key));
    }

    /// <summary>The batch that it was put into is stored.</summary>
    public void Saved() => _isStored = true;

    // A custom metric may be deleted and come back with another type: those are two series.
    private sealed record SeriesKey(string Metric, MetricValueKind Kind, string? Dimension, DimensionValueOperator? Operator)
    {
        public static SeriesKey Of(Metric metric, MetricDimension? dimension) =>
            new(metric.Name, metric.Kind, dimension?.DimensionName, dimension?.Operator);
    }
}
