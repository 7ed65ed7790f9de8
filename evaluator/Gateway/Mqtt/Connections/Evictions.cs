using System;
using System.Collections.Generic;
using System.Threading;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// Sees to it that clients which have to go are gone: each has a moment for its farewell, then its connection is cut, whatever it
/// is at: a report that waits to be stored, a peer that does not read or does not close, a pool without a free thread. On a thread
/// of its own, which is there while somebody has to go. Thread-safe.
/// </summary>
/// <param name="failed">Told of a connection that could not be cut.</param>
internal sealed class Evictions(Action<ClientConnection, Exception> failed) : IDisposable
{
    /// <summary>Own: for the farewell; who comes while others have theirs waits for it, too. With the look for changes less than a second.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly ManualResetEvent _ending = new(initialState: false);
    private List<ClientConnection> _next = [];
    private Thread? _thread;
    private bool _isDisposed;

    /// <summary>Has a connection cut unless it is over by then; it was told to end.</summary>
    public void Add(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _next.Add(connection);
            if (_thread is not null)
                return;
            _thread = new Thread(Run) { IsBackground = true, Name = "evictions" };
            _thread.Start();
        }
    }

    /// <summary>Cuts nobody any more: the gateway stops, and closes all.</summary>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            thread = _thread;
        }

        _ending.Set();
        thread?.Join();
        _ending.Dispose();
    }

    private void Run()
    {
        while (TakeNext() is { } connections)
        {
            if (_ending.WaitOne(Grace))
                return;
            foreach (ClientConnection connection in connections)
                Cut(connection);
        }
    }

    private List<ClientConnection>? TakeNext()
    {
        lock (_gate)
        {
            if (_next.Count == 0)
            {
                _thread = null;
                return null;
            }

            List<ClientConnection> taken = _next;
            _next = [];
            return taken;
        }
    }

    private void Cut(ClientConnection connection)
    {
        try
        {
            connection.Cut();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // One that cannot be cut must not save the others.
            failed(connection, error);
        }
    }
}
