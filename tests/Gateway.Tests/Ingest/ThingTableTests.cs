using System;
using System.Buffers;
using System.IO;
using System.Text;
using Defender.Evaluator.Reports;
using Defender.Gateway.Ingest;
using Defender.Gateway.Storage;
using Defender.Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Defender.Gateway.Tests.Ingest;

public sealed class ThingTableTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-things-").FullName;
    private readonly SqliteStore _store;
    private readonly ThingTable _things;

    public ThingTableTests()
    {
        _store = SqliteStore.Open(_directory);
        _things = new ThingTable(_store, NullLogger.Instance, capacity: 2);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_thing_that_made_room_comes_back_as_it_was_stored()
    {
        AdmissionState admission = Report("a");
        Report("b");
        Report("c");
        _things.Trim();

        Assert.Equal(2, _things.Count);
        Assert.Equal(admission, _things.Get("a"u8).Admission);
    }

    [Fact]
    public void The_thing_that_was_silent_longest_makes_room()
    {
        ThingRecord a = _things.Get("a"u8), b = _things.Get("b"u8);
        _things.Get("a"u8);
        _things.Get("c"u8);
        _things.Trim();

        Assert.Same(a, _things.Get("a"u8));
        Assert.NotSame(b, _things.Get("b"u8));
    }

    [Fact]
    public void Within_a_batch_nothing_makes_room()
    {
        ThingRecord a = _things.Get("a"u8);
        for (int i = 0; i < 10; i++)
            _things.Get(Encoding.UTF8.GetBytes($"other-{i}"));

        Assert.Same(a, _things.Get("a"u8));
    }

    [Fact]
    public void A_forgotten_thing_is_read_again()
    {
        AdmissionState stored = Report("a");
        _things.Get("a"u8).Admission = default;
        _things.Forget("a"u8);
        _things.Forget("unknown"u8);

        Assert.Equal(stored, _things.Get("a"u8).Admission);
    }

    private AdmissionState Report(string name)
    {
        ThingRecord thing = _things.Get(Encoding.UTF8.GetBytes(name));
        thing.Admission = thing.Admission.Accept(PayloadDigest.Of(Encoding.UTF8.GetBytes(name)), DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var batch = new StoreBatch();
        batch.ThingStates.Add(new ThingStateRow(name, thing.Write(new ArrayBufferWriter<byte>()), InAlarm: false, DateTimeOffset.UnixEpoch));
        _store.Commit(batch);
        return thing.Admission;
    }
}
