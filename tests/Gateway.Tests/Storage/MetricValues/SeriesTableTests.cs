using System;
using System.IO;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.MetricValues;
using Defender.Gateway.Storage.Sqlite;
using Xunit;

namespace Defender.Gateway.Tests.Storage.MetricValues;

/// <summary>An id that blocks were stored with names the same series after a restart, whatever failed in between.</summary>
public sealed class SeriesTableTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-series-").FullName;
    private readonly SqliteStore _store;
    private readonly SeriesTable _series;

    public SeriesTableTests()
    {
        _store = SqliteStore.Open(_directory);
        _series = new SeriesTable(_store);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void An_id_that_was_in_no_stored_batch_is_put_into_the_next()
    {
        // A report that fails after its id was given: its batch is stored for the sake of others, without the table.
        int ports = _series.Add(Values.Ports, null);
        Commit(new StoreBatch());

        Commit(Save());

        Assert.Equal(ports, Stored(Values.Ports));
    }

    [Fact]
    public void An_id_that_came_after_the_table_was_put_into_the_batch_is_put_into_the_next()
    {
        _series.Add(Values.Bytes, null);
        StoreBatch batch = Save();
        int ports = _series.Add(Values.Ports, null);
        Commit(batch);

        Commit(Save());

        Assert.Equal(ports, Stored(Values.Ports));
    }

    [Fact]
    public void A_table_that_is_stored_is_not_stored_again()
    {
        _series.Add(Values.Bytes, null);
        Commit(Save());

        Assert.True(Save().IsEmpty);
    }

    private StoreBatch Save()
    {
        var batch = new StoreBatch();
        _series.Save(batch);
        return batch;
    }

    private void Commit(StoreBatch batch)
    {
        _store.Commit(batch);
        _series.Saved(batch);
    }

    private int Stored(Evaluator.Metrics.Metric metric)
    {
        Assert.True(new SeriesTable(_store).TryGet(metric, null, out int id));
        return id;
    }
}
