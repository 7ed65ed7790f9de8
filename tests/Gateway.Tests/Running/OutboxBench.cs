using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Defender.Gateway.Storage;
using Defender.Tests;
using Microsoft.Extensions.Logging;

namespace Defender.Gateway.Tests.Running;

/// <summary>A store with its outbox, a clock and a log: what everything that delivers stands on.</summary>
internal sealed class OutboxBench : IDisposable
{
    private readonly ILoggerFactory _loggers;
    private readonly string _directory = Directory.CreateTempSubdirectory("defender-outbox-").FullName;

    public OutboxBench()
    {
        Store = new FaultyStore(_directory);
        Outbox = new Outbox(Store);
        Budget = new LogBudget(Clock);
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
    }

    public FaultyStore Store { get; private set; }

    public Outbox Outbox { get; private set; }

    public ManualTime Clock { get; } = new();

    public LineLog Log { get; } = new();

    public LogBudget Budget { get; }

    public StoreBatch Batch { get; } = new();

    public ILogger<T> Logger<T>() => _loggers.CreateLogger<T>();

    /// <summary>Commits the batch and wakes who delivers.</summary>
    public void Commit()
    {
        Store.Commit(Batch);
        Outbox.Committed(Batch);
        Batch.Clear();
    }

    /// <summary>Commits messages of these bodies, each with its body as id.</summary>
    public void Post(string destination, params string[] bodies)
    {
        foreach (string body in bodies)
            Batch.Outbox.Add(new OutboxMessage(destination, body, Encoding.UTF8.GetBytes(body), Clock.GetUtcNow()));
        Commit();
    }

    /// <summary>What a new process finds.</summary>
    public void Restart()
    {
        Store.Dispose();
        Store = new FaultyStore(_directory);
        Outbox = new Outbox(Store);
        Batch.Clear();
    }

    public IReadOnlyList<OutboxMessage> Waiting(string destination) => [.. Store.ReadOutbox(destination, 0, int.MaxValue).Select(row => row.Message)];

    public void Dispose()
    {
        Store.Dispose();
        _loggers.Dispose();
        Log.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
