using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Defender.Agent.Linux.Delivery.Network;

/// <summary>
/// A TCP connection of an event loop, as a stream: one reader and one writer at a time, from any thread. Every call tries the kernel
/// first and waits in the loop only if it has to, or to let others run.
/// </summary>
internal sealed class LoopSocket : Stream
{
    // Reads that find something in the kernel before timers and others get their turn: a peer that never stops sending what
    // needs no answer, such as messages of QoS 0, must not hold up reports, watchdog and stop.
    private const int MostReadsInARow = 16;

    private readonly Lock _gate = new();
    private readonly EventLoop _loop;
    private readonly Readiness _readable;
    private readonly Readiness _writable;
    private int _descriptor;
    private int _readsInARow;

    public LoopSocket(EventLoop loop, int descriptor)
    {
        _loop = loop;
        _descriptor = descriptor;
        _readable = new Readiness(this);
        _writable = new Readiness(this);
    }

    /// <summary>-1 when it is closed.</summary>
    public int Descriptor => _descriptor;

    /// <summary>What the loop waits for; 0 for nothing.</summary>
    public short Events
    {
        get
        {
            lock (_gate)
                return (short)((_readable.IsAwaited ? Kernel.PollIn : 0) | (_writable.IsAwaited ? Kernel.PollOut : 0));
        }
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The loop found something: also an error or the end, which the next call to the kernel tells.</summary>
    public void OnReady(short found)
    {
        bool isBroken = (found & ~(Kernel.PollIn | Kernel.PollOut)) != 0;
        if (isBroken || (found & Kernel.PollIn) != 0)
            _readable.Complete(null);
        if (isBroken || (found & Kernel.PollOut) != 0)
            _writable.Complete(null);
        if (Events == 0)
            _loop.Forget(this);
    }

    /// <summary>Waits until it can be written to, which also ends a connect.</summary>
    public ValueTask WritableAsync(CancellationToken cancellationToken) => _writable.WaitAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_readsInARow++ < MostReadsInARow && TryReceive(buffer.Span, out int count))
                return count;
            _readsInARow = 0;
            // In the loop as it is: going there by its context would allocate.
            await _readable.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            int count = Send(buffer.Span);
            buffer = buffer[count..];
            if (buffer.Length > 0 && count == 0)
                await _writable.WaitAsync(cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
        // Every write leaves at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends FIN.</summary>
    public void ShutdownSend()
    {
        lock (_gate)
            _ = _descriptor < 0 ? 0 : Kernel.Shutdown(_descriptor, Kernel.ShutdownSend);
    }

    /// <summary>The error of a connect that has ended; 0 when it worked.</summary>
    public unsafe int TakeError()
    {
        lock (_gate)
        {
            int error = 0;
            uint length = sizeof(int);
            return Kernel.GetOption(Live(), Kernel.SocketLevel, Kernel.SocketError, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_descriptor < 0)
                return;
            // Only here, under the gate: its number may be another's at once.
            _ = Kernel.Close(_descriptor);
            _descriptor = -1;
        }

        _loop.Forget(this);
        ObjectDisposedException closed = new(nameof(LoopSocket), "The connection was closed.");
        _readable.Complete(closed);
        _writable.Complete(closed);
        base.Dispose(disposing);
    }

    private unsafe bool TryReceive(Span<byte> buffer, out int count)
    {
        lock (_gate)
        {
            fixed (byte* bytes = buffer)
                count = (int)Kernel.Receive(Live(), bytes, buffer.Length, 0);
        }

        if (count < 0)
            CheckOnlyWaits("receive");
        return count >= 0;
    }

    private unsafe int Send(ReadOnlySpan<byte> buffer)
    {
        nint count;
        lock (_gate)
        {
            // No SIGPIPE: a connection that is gone is an error like any other.
            fixed (byte* bytes = buffer)
                count = Kernel.Send(Live(), bytes, buffer.Length, Kernel.NoSignal);
        }

        if (count < 0)
            CheckOnlyWaits("send");
        return (int)Math.Max(count, 0);
    }

    private static void CheckOnlyWaits(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error is not (Kernel.TryAgain or Kernel.Interrupted))
            throw new IOException($"cannot {what}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private int Live()
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        return _descriptor;
    }

    /// <summary>One direction's wait, used again and again.</summary>
    private sealed class Readiness(LoopSocket socket) : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;
        private CancellationTokenRegistration _registration;

        public bool IsAwaited { get; private set; }

        public ValueTask WaitAsync(CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            lock (socket._gate)
            {
                _ = socket.Live();
                if (IsAwaited)
                    throw new InvalidOperationException("There is a reader, or a writer, already.");
                _core.Reset();
                IsAwaited = true;
            }

            if (cancellationToken.CanBeCanceled)
            {
                _registration = cancellationToken.UnsafeRegister(
                    static (state, token) => ((Readiness)state!).Complete(new OperationCanceledException(token)), this);
            }

            // Outside of the gate: the loop asks for the events under its own.
            socket._loop.Watch(socket);
            return new ValueTask(this, _core.Version);
        }

        public void Complete(Exception? failure)
        {
            lock (socket._gate)
            {
                if (!IsAwaited)
                    return;
                IsAwaited = false;
            }

            if (failure is null)
                _core.SetResult(true);
            else
                _core.SetException(failure);
        }

        public void GetResult(short token)
        {
            _registration.Dispose();
            _registration = default;
            _core.GetResult(token);
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
