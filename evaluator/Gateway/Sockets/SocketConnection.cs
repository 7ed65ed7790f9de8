using System;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Defender.Gateway.Sockets;

/// <summary>
/// A connection that was accepted. What is read and written goes straight between the socket and who serves it; while nothing is
/// under way it holds no buffer. Who serves it is called on the loop's thread, and must not block.
/// </summary>
internal sealed class SocketConnection : ConnectionContext, IDuplexPipe, IEventTarget
{
    // SOL_SOCKET, SO_LINGER.
    private const int SocketLevel = 1, LingerOption = 13;

    private readonly EventLoop _loop;
    private readonly SocketInput _input;
    private readonly SocketOutput _output;
    private readonly int _descriptor;
    private IDuplexPipe? _transport;
    private IFeatureCollection? _features;
    private IDictionary<object, object?>? _items;
    private CancellationTokenSource? _closed;
    private string? _id;
    private bool _isOver;
    private bool _isAborted;
    private bool _isDisposed;

    public SocketConnection(EventLoop loop, int descriptor, EndPoint? remote)
    {
        _loop = loop;
        _descriptor = descriptor;
        _input = new SocketInput(this);
        _output = new SocketOutput(this);
        RemoteEndPoint = remote;
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _id ??= $"{RemoteEndPoint}";
        set => _id = value;
    }

    /// <summary>None, until somebody adds some.</summary>
    public override IFeatureCollection Features => _features ??= new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new Dictionary<object, object?>();
        set => _items = value;
    }

    /// <summary>What is read and written: straight the socket's, unless something was put in front of it.</summary>
    public override IDuplexPipe Transport
    {
        get => _transport ?? this;
        set => _transport = value == this ? null : value;
    }

    /// <summary>Whether nothing is between who reads and writes and the socket, so that what was flushed has been handed to it.</summary>
    public bool IsPlain => _transport is null;

    /// <summary>Whether who serves it goes on, when there is something to read, on a thread of the pool: for work that is long.</summary>
    public bool ContinuesElsewhere
    {
        get => _input.ContinuesElsewhere;
        set => _input.ContinuesElsewhere = value;
    }

    /// <summary>Is cancelled once the peer sends no more or the connection is over; what the peer sent before can still be read.</summary>
    public override CancellationToken ConnectionClosed
    {
        get
        {
            CancellationTokenSource closed;
            bool isOver;
            lock (Gate)
            {
                closed = _closed ??= new CancellationTokenSource();
                isOver = _isOver;
            }

            // Who registered is called here: not under the gate.
            if (isOver)
                closed.Cancel();
            return closed.Token;
        }
        set => throw new NotSupportedException("It tells when the socket has closed.");
    }

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Guards both directions, and the socket's descriptor, which must not be used once it is closed.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Begins to serve what happens at the socket. Without effect on a connection that is disposed of already.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system has no room for it.</exception>
    public void Start()
    {
        lock (Gate)
        {
            if (!_isDisposed)
                _loop.Add(_descriptor, SocketEvents.Readable | SocketEvents.Writable | SocketEvents.PeerEnded | SocketEvents.OnChange, this);
        }
    }

    /// <summary>Sends no more, and tells the peer so; reading goes on.</summary>
    public void EndSending()
    {
        lock (Gate)
            Shutdown(Libc.SendSide);
    }

    /// <summary>Ends both directions at once; what was not sent is dropped.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => End(isAborted: true);

    /// <inheritdoc/>
    public override void Abort() => End(isAborted: true);

    /// <summary>Both directions have ended as they should.</summary>
    public void End() => End(isAborted: false);

    public override ValueTask DisposeAsync()
    {
        End(isAborted: false);
        lock (Gate)
        {
            if (_isDisposed)
                return base.DisposeAsync();
            _isDisposed = true;
            _loop.Remove(_descriptor);
            if (_isAborted)
            {
                // What the peer does not take must not stay with the system for minutes.
                var linger = new Libc.Linger { IsOn = 1 };
                _ = Libc.SetLinger(_descriptor, SocketLevel, LingerOption, ref linger, 8);
            }

            _ = Libc.Close(_descriptor);
        }

        _input.Dispose();
        _output.Dispose();
        return base.DisposeAsync();
    }

    void IEventTarget.Happened(SocketEvents events)
    {
        // What the peer sent before is still read.
        if ((events & SocketEvents.Ended) != 0)
            End(isAborted: false);
        if ((events & (SocketEvents.Readable | SocketEvents.Ended)) != 0)
            _input.BecameReadable((events & SocketEvents.Ended) != 0);
        if ((events & (SocketEvents.Writable | SocketEvents.Failed | SocketEvents.HungUp)) != 0)
            _output.BecameWritable();
    }

    void IEventTarget.Resumed() => _input.Resume();

    /// <summary>Has the loop look at the input when others have had their turn.</summary>
    internal void ResumeLater() => _loop.Resume(this);

    /// <summary>What the socket has: how many bytes, 0 at their end and once the connection is disposed of, or errno, negated. Under the gate.</summary>
    internal int Receive(Span<byte> into)
    {
        if (_isDisposed)
            return 0;
        int count = (int)Libc.Receive(_descriptor, ref MemoryMarshal.GetReference(into), into.Length, Libc.DoNotWait);
        return count >= 0 ? count : -Libc.Error;
    }

    /// <summary>Hands bytes to the socket: how many it took, or errno, negated. Under the gate.</summary>
    internal int Send(ReadOnlySpan<byte> bytes)
    {
        // Not what the last call of this thread failed for: it may say that trying again helps.
        if (_isDisposed)
            return -Libc.BrokenPipe;
        int count = (int)Libc.Send(_descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length, Libc.DoNotWait | Libc.NoSignal);
        return count >= 0 ? count : -Libc.Error;
    }

    private void End(bool isAborted)
    {
        CancellationTokenSource? closed;
        lock (Gate)
        {
            _isAborted |= isAborted;
            _isOver = true;
            if (isAborted)
                Shutdown(Libc.BothSides);
            closed = _closed;
        }

        closed?.Cancel();
    }

    private void Shutdown(int side)
    {
        if (!_isDisposed)
            _ = Libc.Shutdown(_descriptor, side);
    }
}
