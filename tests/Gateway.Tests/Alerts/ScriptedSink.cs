using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Alerts.Sinks;
using Defender.Gateway.Storage;

namespace Defender.Gateway.Tests.Alerts;

/// <summary>A sink that does what the test says and remembers what it was given.</summary>
internal sealed class ScriptedSink : IAlertSink
{
    private readonly ConcurrentQueue<OutboxMessage> _tries = new();

    /// <summary>The answer to each try.</summary>
    public volatile Func<OutboxMessage, Task<Delivery>> Answer = _ => Task.FromResult(Delivery.Delivered);

    public IReadOnlyCollection<OutboxMessage> Tries => _tries;

    public Task<Delivery> DeliverAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        _tries.Enqueue(message);
        return Answer(message).WaitAsync(cancellationToken);
    }

    public void Fail() => Answer = _ => Task.FromResult(Delivery.Failed("it is down"));

    public void Refuse() => Answer = _ => Task.FromResult(Delivery.Refused("it answered 404"));

    public void Take() => Answer = _ => Task.FromResult(Delivery.Delivered);

    public void Dispose()
    {
    }
}
