using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;

namespace Defender.Gateway.Sockets;

/// <summary>
/// What a connection's peer is sent. A flush hands it to the socket on the spot, and completes when all of it has been; as long
/// as one has not, there is no other. One writer.
/// </summary>
internal sealed class SocketOutput(SocketConnection connection) : PipeWriter, IValueTaskSource<FlushResult>, IDisposable
{
    // An acknowledgement; messages ask for what they need.
    private const int MinSize = 128;

    private readonly Lock _gate = connection.Gate;
    private ManualResetValueTaskSourceCore<FlushResult> _flushing;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private volatile bool _isFlushing;
    private bool _hasEnded;
    private bool _isCompleted;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _end - _start;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_end);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_end);
    }

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(_buffer.Length - _end));
        _end += bytes;
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            // Before it is tried: the loop must not find nobody waiting for what it tells right afterwards.
            _isFlushing = true;
            if (Send())
            {
                _isFlushing = false;
                return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, _hasEnded));
            }

            _flushing.Reset();
            return new ValueTask<FlushResult>(this, _flushing.Version);
        }
    }

    /// <summary>Not supported: who gives up on a peer aborts the connection.</summary>
    public override void CancelPendingFlush() => throw new NotSupportedException("Abort ends a flush.");

    /// <summary>No more will be written. What was not flushed is not sent.</summary>
    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        connection.End();
    }

    /// <summary>There may be room for bytes, on the loop's thread.</summary>
    public void BecameWritable()
    {
        if (!_isFlushing)
            return;
        FlushResult result;
        lock (_gate)
        {
            if (!_isFlushing || !Send())
                return;
            _isFlushing = false;
            result = new FlushResult(isCanceled: false, _hasEnded);
        }

        _flushing.SetResult(result);
    }

    /// <summary>Ends a flush that is under way; nothing more is sent.</summary>
    public void Dispose()
    {
        _isCompleted = true;
        BecameWritable();
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _flushing.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _flushing.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _flushing.OnCompleted(continuation, state, token, flags);

    private void Reserve(int sizeHint)
    {
        if (_isCompleted)
            throw new InvalidOperationException("The connection is over.");
        int needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _end >= needed)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(MinSize, Math.Max(needed, _buffer.Length) + _end - _start));
        _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
        _end -= _start;
        _start = 0;
        GiveBack();
        _buffer = larger;
    }

    // Whether all of it has gone, or need not go any more.
    private bool Send()
    {
        while (_start < _end && !_hasEnded)
        {
            int count = connection.Send(_buffer.AsSpan(_start, _end - _start));
            if (count >= 0)
                _start += count;
            else if (count == -Libc.WouldBlock && !_isCompleted)
                return false;
            else if (count != -Libc.Interrupted)
                _hasEnded = true;
        }

        GiveBack();
        _buffer = [];
        _start = _end = 0;
        return true;
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
    }
}
