using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Defender.Gateway.Access;
using Defender.Gateway.Storage.Sqlite.Journal;
using Microsoft.Data.Sqlite;

namespace Defender.Gateway.Storage.Sqlite;

/// <summary>
/// The store in one SQLite file: write-ahead log, every commit synced to disk. One connection writes; readers have their own,
/// so that neither waits for the other.
/// </summary>
internal sealed class SqliteStore : IStore
{
    /// <summary>The database file below the data directory.</summary>
    public const string FileName = "defender.db";

    // Things that one transaction folds: some milliseconds in which commits wait.
    private const int MaxFoldedThings = 1000;

    private readonly object _gate = new();
    private readonly string _path;
    private readonly SqliteSession? _session;
    private readonly SqliteWriter? _writer;
    private readonly WriteTurn? _turn;
    private readonly ReportJournal _journal;
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private volatile bool _isDisposed;

    private SqliteStore(string path, SqliteSession? session, WriteTurn? turn, JournalSize size)
    {
        _path = path;
        _session = session;
        _turn = turn;
        _journal = new ReportJournal(size);
        if (session is null)
            return;
        _writer = new SqliteWriter(session);
        _journal.Load(session);
    }

    /// <summary>Opens the database of a data directory for the one gateway that owns it, and brings it up to date.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="journal">When the journal is folded; null: the default.</param>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static SqliteStore Open(string directory, JournalSize? journal = null) => Guard("open", () =>
    {
        string path = Path.Combine(directory, FileName);
        CreatePrivate(path);
        var session = new SqliteSession(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            session.Scalar("PRAGMA journal_mode = WAL");
            // What was acknowledged must outlive a power cut, not only a crash of the process.
            session.Execute("PRAGMA synchronous = FULL");
            // A fleet's states and the days' newest blocks in memory, in KiB; and a log long enough that a page which changes
            // often is not copied into the database each time.
            session.Execute("PRAGMA cache_size = -32768");
            session.Scalar("PRAGMA wal_autocheckpoint = 8000");
            // Where the library is built to overwrite what is deleted: not at the price of writing pages that are free.
            session.Scalar("PRAGMA secure_delete = FAST");
            SqliteSchema.Migrate(session.Connection);
            return new SqliteStore(path, session, WriteTurn.Open(path), journal ?? JournalSize.Default);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <summary>Opens the database of a data directory for reading, beside a running gateway or without one.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public static SqliteStore OpenForReading(string directory) => Guard("open", () =>
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            throw new StoreException($"no gateway has kept data in {directory}");
        var store = new SqliteStore(path, session: null, turn: null, JournalSize.Default);
        var session = new SqliteSession(path, SqliteOpenMode.ReadOnly);
        store._readers.Add(session);
        try
        {
            SqliteSchema.RequireCurrent(session.Connection);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    });

    public void Commit(StoreBatch batch) => Write(
        () =>
        {
            _writer!.Write(batch);
            _journal.Write(_session!, _writer, batch);
        },
        batch);

    public IReadOnlyList<ResourceRow> ReadResources() => Read(StoreQueries.Resources);

    public byte[]? ReadThingState(string thingName) => Read(
        thingName,
        static (journal, thingName) => journal.TryGetState(thingName, out ThingStateRow row) ? row.State.ToArray() : null,
        static (session, thingName, state) => state ?? StoreQueries.ThingState(session, thingName));

    public byte[]? ReadValue(string name) => Read(session => StoreQueries.Value(session, name));

    public IReadOnlyList<string> ListThingsInAlarm() => Read(
        0,
        static (journal, _) => journal.States(),
        static (session, _, states) =>
        {
            List<string> things = session.Query("SELECT thing_name FROM thing_state WHERE in_alarm = 1", row => row.GetString(0));
            things.RemoveAll(states.ContainsKey);
            things.AddRange(states.Where(state => state.Value).Select(state => state.Key));
            return things;
        });

    public StoredViolation? ReadViolation(string violationId) => Read(session => StoreQueries.Violation(session, violationId));

    public IReadOnlyList<StoredViolation> ListActiveViolations(ViolationFilter filter, long? before, int limit) =>
        Read(session => StoreQueries.ActiveViolations(session, filter, before, limit));

    public IReadOnlyList<StoredViolationEvent> ListViolationEvents(
        ViolationFilter filter, DateTimeOffset from, DateTimeOffset to, ViolationEventPosition? before, int limit) =>
        Read(session => StoreQueries.ViolationEvents(session, filter, from, to, before, limit));

    public void ReadMetricBlocks(string thingName, DateTimeOffset from, DateTimeOffset to, int limit, MetricBlockRows into)
    {
        // Of each merge of a thing's values: without an object for it.
        into.Clear();
        Read(
            (ThingName: thingName, From: from, To: to, Limit: limit, Into: into),
            static (journal, wanted) =>
            {
                journal.AddBlocks(wanted.ThingName, StoredTime.Millis(wanted.From), StoredTime.Millis(wanted.To), wanted.Into);
                return wanted.Into;
            },
            static (session, wanted, into) =>
            {
                SqliteReader.AddBlocks(session, wanted.ThingName, wanted.From, wanted.To, wanted.Limit, into);
                return into;
            });
        into.Order(limit);
    }

    public IReadOnlyList<OutboxRow> ReadOutbox(string destination, long after, int limit) =>
        Read(session => StoreQueries.Outbox(session, destination, after, limit));

    public IReadOnlyDictionary<string, long> CountOutbox() => Read(StoreQueries.OutboxCounts);

    public void DeleteBefore(DateTimeOffset violations, DateTimeOffset metricValues)
    {
        FoldAll();
        Write(() => _writer!.DeleteBefore(violations));
        DeleteDays(StoredTime.Day(metricValues));
    }

    public bool DeleteOldestMetricDay(DateTimeOffset today)
    {
        FoldAll();
        long? oldest = null;
        Write(() => oldest = _writer!.OldestDay(StoredTime.Day(today)));
        if (oldest is { } day)
            DeleteDays(day + 1);
        return oldest is not null;
    }

    public long MeasureSize() => Read(session => session.InSnapshot(() =>
        ((long)session.Scalar("PRAGMA page_count")! - (long)session.Scalar("PRAGMA freelist_count")!) * (long)session.Scalar("PRAGMA page_size")!));

    /// <summary>
    /// Writes a consistent copy of the database, also while a gateway runs on it: a file that its owner alone may read, whole or
    /// not there.
    /// </summary>
    /// <param name="file">The copy; must not exist.</param>
    /// <exception cref="StoreException">It exists, or cannot be written.</exception>
    public void BackUp(string file) => Guard("back up", () =>
    {
        string partial = file + ".partial";
        try
        {
            if (Path.Exists(file))
                throw new StoreException($"{file} exists already: name a file that does not");
            File.Delete(partial);
            // SQLite takes a file that is empty, and would make one that all may read.
            PrivateFile.Open(partial, FileMode.CreateNew).Dispose();
            using (var session = new SqliteSession(_path, SqliteOpenMode.ReadOnly))
                session.Execute("VACUUM INTO $1", partial);
            // VACUUM INTO does not wait for the disk.
            using (var copy = new FileStream(partial, FileMode.Open, FileAccess.ReadWrite))
                copy.Flush(flushToDisk: true);
            File.Move(partial, file, overwrite: false);
            PrivateFile.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"cannot write {file}: {error.Message}", error);
        }
        finally
        {
            if (File.Exists(partial))
                File.Delete(partial);
        }
    });

    public void Dispose()
    {
        _isDisposed = true;
        lock (_gate)
        {
            _session?.Dispose();
            _turn?.Dispose();
        }

        while (_readers.TryTake(out SqliteSession? reader))
            reader.Dispose();
    }

    // The directory may have been there before, open to others. SQLite gives the files beside it the same mode.
    private static void CreatePrivate(string path)
    {
        try
        {
            if (!File.Exists(path))
                PrivateFile.Open(path, FileMode.CreateNew).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"cannot open the database: {error.Message}", error);
        }
    }

    // In many transactions, so that others get in between.
    private void DeleteDays(long end)
    {
        bool isAny = false;
        for (bool isMore = true; isMore; isAny |= isMore)
            Write(() => isMore = _writer!.DeletePartOfDay(end));
        for (long? after = isAny ? 0 : null; after is { } last;)
            Write(() => after = _writer!.ForgetThings(last));
    }

    // Everything that is in the journal now; a portion at a time too, and not what comes meanwhile.
    private void FoldAll()
    {
        long last;
        lock (_gate)
            last = _journal.LastRow;
        for (bool isMore = true; isMore;)
        {
            Write(() =>
            {
                isMore = _journal.HasAnyUpTo(last);
                if (isMore)
                    _journal.WritePortion(_session!, _writer!, MaxFoldedThings);
            });
        }
    }

    private void Write(Action write, StoreBatch? batch = null) => Guard("write", () =>
    {
        lock (_gate)
        {
            if (_session is null)
                throw new StoreException("the database was opened for reading");
            _turn!.LetOthersFirst();
            _session.Begin();
            try
            {
                write();
                _journal.Commit(_session.Commit, batch);
                _writer!.Committed();
            }
            catch
            {
                _session.RollBack();
                _journal.RolledBack();
                _writer!.RolledBack();
                throw;
            }
        }

        return true;
    });

    // What the journal has first: folded meanwhile, it is in the table too. Who has no journal of his own reads what is stored.
    private T Read<TWanted, TPending, T>(
        TWanted wanted, Func<JournalView, TWanted, TPending> fromJournal, Func<SqliteSession, TWanted, TPending, T> fromTables) =>
        _session is null
            ? ReadStored(wanted, fromJournal, fromTables)
            : Read(
                (Wanted: wanted, Pending: _journal.Read(wanted, fromJournal), FromTables: fromTables),
                static (session, work) => work.FromTables(session, work.Wanted, work.Pending));

    private T ReadStored<TWanted, TPending, T>(
        TWanted wanted, Func<JournalView, TWanted, TPending> fromJournal, Func<SqliteSession, TWanted, TPending, T> fromTables) =>
        Read(session => session.InSnapshot(() =>
        {
            var journal = new ReportJournal(JournalSize.Default);
            journal.Load(session);
            return fromTables(session, wanted, journal.Read(wanted, fromJournal));
        }));

    private T Read<T>(Func<SqliteSession, T> read) => Read(read, static (session, read) => read(session));

    private T Read<TWork, T>(TWork work, Func<SqliteSession, TWork, T> read) =>
        Guard("read", (Store: this, Work: work, Read: read), static call => call.Store.WithReader(call.Work, call.Read));

    private T WithReader<TWork, T>(TWork work, Func<SqliteSession, TWork, T> read)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_readers.TryTake(out SqliteSession? session))
            session = new SqliteSession(_path, SqliteOpenMode.ReadOnly);
        try
        {
            T result = read(session, work);
            _readers.Add(session);
            return result;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    internal static T Guard<T>(string what, Func<T> action) => Guard(what, action, static action => action());

    private static T Guard<TWork, T>(string what, TWork work, Func<TWork, T> action)
    {
        try
        {
            return action(work);
        }
        catch (SqliteException error)
        {
            throw new StoreException($"cannot {what} the database: {error.Message}", error);
        }
        catch (TypeInitializationException error) when (error.InnerException is StoreException inner)
        {
            throw inner;
        }
    }
}
