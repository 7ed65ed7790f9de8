using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace Defender.Gateway.Sockets;

/// <summary>
/// What a connection's peer sends. The socket is read when somebody waits for its bytes and has looked at those that are there,
/// never ahead, so what is not wanted yet waits with the system, and in the end with the peer. One reader.
/// </summary>
internal sealed class SocketInput(SocketConnection connection) : PipeReader, IValueTaskSource<ReadResult>, IDisposable
{
    // A packet of most devices, or some of them. What is left of it, a packet's start or what its reader is not ready for yet, moves
    // to what it needs: with room for what comes, so that a packet that trickles in does not move with each byte.
    private const int ReceiveSize = 16 * 1024;
    private const int MinRoom = 256;
    private const int MinSize = 2 * MinRoom;

    private readonly Lock _gate = connection.Gate;
    private ManualResetValueTaskSourceCore<ReadResult> _waiting;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private CancellationToken _token;
    private CancellationTokenRegistration _following;
    private Exception? _error;
    private bool _isLookedAt;
    private bool _isTaken;
    private bool _isWaiting;
    private bool _isReadable;
    private bool _mayHaveEnded;
    private bool _hasEnded;
    private bool _isCanceled;

    /// <summary>Where who waits goes on: where the socket told, or on a thread of the pool, where long work holds up nobody.</summary>
    public bool ContinuesElsewhere
    {
        get => _waiting.RunContinuationsAsynchronously;
        set => _waiting.RunContinuationsAsynchronously = value;
    }

    /// <summary>Waits for bytes beyond those that were looked at.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is lost.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (TryTake(out ReadResult result))
                return new ValueTask<ReadResult>(result);
            if (_error is not null)
                return ValueTask.FromException<ReadResult>(_error);
            _isWaiting = true;
            _token = cancellationToken;
            _waiting.Reset();
            // Not here: who is sent more than others must not keep its thread from them.
            if (_isReadable)
                connection.ResumeLater();
        }

        short version = _waiting.Version;
        if (cancellationToken.CanBeCanceled)
            Follow(version, cancellationToken);
        return new ValueTask<ReadResult>(this, version);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
            return TryTake(out result);
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            _isTaken = false;
            if (_start == _end)
                return;
            _start = consumed.GetInteger();
            _isLookedAt = examined.GetInteger() >= _end;
            if (_start == _end)
                GiveBack();
            else if (_buffer.Length > MinSize && (_end - _start) * 4 <= _buffer.Length)
                MoveTo(Math.Max(MinSize, 2 * (_end - _start)));
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        ReadResult result;
        lock (_gate)
        {
            _isCanceled = true;
            if (!_isWaiting)
                return;
            EndWait();
            _ = TryTake(out result);
        }

        _waiting.SetResult(result);
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => Dispose();

    /// <summary>Something may be there to be read, on the loop's thread.</summary>
    /// <param name="mayHaveEnded">Whether nothing comes after it.</param>
    public void BecameReadable(bool mayHaveEnded)
    {
        ReadResult result;
        Exception? error;
        lock (_gate)
        {
            _isReadable = true;
            _mayHaveEnded |= mayHaveEnded;
            if (!TryFinish(out result, out error))
                return;
        }

        Finish(result, error);
    }

    /// <summary>Reads on, on the loop's thread.</summary>
    public void Resume() => BecameReadable(mayHaveEnded: false);

    /// <summary>Ends a wait, as at the end of what is sent, and gives the buffer back.</summary>
    public void Dispose()
    {
        ReadResult result = default;
        bool isWaiting;
        lock (_gate)
        {
            _hasEnded = true;
            isWaiting = _isWaiting;
            EndWait();
            if (isWaiting)
                _ = TryTake(out result);
            else if (!_isTaken)
                GiveBack();
        }

        if (isWaiting)
            _waiting.SetResult(result);
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _waiting.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _waiting.OnCompleted(continuation, state, token, flags);

    private bool TryFinish(out ReadResult result, out Exception? error)
    {
        result = default;
        error = null;
        if (!_isWaiting)
            return false;
        Receive();
        if (!TryTake(out result) && (error = _error) is null)
            return false;
        EndWait();
        return true;
    }

    // Not under the gate: a token that is cancelled already calls back at once.
    private void Follow(short version, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration following = cancellationToken.UnsafeRegister(static (input, token) => ((SocketInput)input!).Cancel(token), this);
        lock (_gate)
        {
            if (_isWaiting && _waiting.Version == version)
                _following = following;
            else
                following.Unregister();
        }
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // The wait for it may be over, and another one have begun.
            if (!_isWaiting || _token != cancellationToken)
                return;
            EndWait();
        }

        _waiting.SetException(new OperationCanceledException(cancellationToken));
    }

    private void EndWait()
    {
        _isWaiting = false;
        _token = default;
        _following.Unregister();
        _following = default;
    }

    private void Finish(in ReadResult result, Exception? error)
    {
        if (error is null)
            _waiting.SetResult(result);
        else
            _waiting.SetException(error);
    }

    private bool TryTake(out ReadResult result)
    {
        result = default;
        if (!_isCanceled && !_hasEnded && (_start == _end || _isLookedAt))
            return false;
        result = new ReadResult(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), _isCanceled, _hasEnded);
        _isCanceled = false;
        _isTaken = true;
        return true;
    }

    private void Receive()
    {
        if (_start == _end)
            _buffer = ArrayPool<byte>.Shared.Rent(ReceiveSize);
        else if (_buffer.Length - _end < MinRoom)
            MoveTo(2 * (_end - _start) + MinRoom);
        int room = _buffer.Length - _end;
        int count = connection.Receive(_buffer.AsSpan(_end));
        if (count > 0)
        {
            _end += count;
            _isLookedAt = false;
            // What fills less than its room was all there was; the loop tells of more. It does not tell of the end twice.
            _isReadable = count == room || _mayHaveEnded;
            return;
        }

        if (_start == _end)
            GiveBack();
        if (count == 0)
            _hasEnded = true;
        else if (count == -Libc.WouldBlock)
            _isReadable = false;
        else if (count == -Libc.Interrupted)
            connection.ResumeLater();
        else
            _error = new ConnectionResetException($"The connection was lost (errno {-count}).");
    }

    private void MoveTo(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(_start, _end - _start).CopyTo(larger);
        int length = _end - _start;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        _start = 0;
        _end = length;
    }

    private void GiveBack()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
        _isLookedAt = false;
    }
}
