using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Defender.Gateway.Mqtt.Sessions;

namespace Defender.Gateway.Mqtt.Connections;

/// <summary>
/// What is on its way to one client. Any thread may write; packets leave whole and in order. The connection's own loop flushes
/// after what it has read; who writes from elsewhere asks for a flush soon, and many such writes share one. While the client
/// does not read, bytes wait up to a limit. An idle output holds no buffer and no task.
/// </summary>
internal sealed class MqttOutput(PipeWriter transport, int maxPendingBytes, MemoryBudget budget, IConnectionEvents events) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private ArrayBufferWriter<byte>? _overflow;
    private int _overflowBudget;
    private int _sendingBudget;
    private bool _isDirty;
    private bool _isFlushing;
    private bool _isScheduled;
    private bool _isClosed;
    private Task _pump = Task.CompletedTask;

    /// <summary>Bytes that were written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Whether half of what may wait does not.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
                return _isClosed || Waiting <= maxPendingBytes / 2;
        }
    }

    private long Waiting => _isFlushing ? _overflow?.WrittenCount ?? 0 : transport.UnflushedBytes;

    /// <summary>Writes one packet into a buffer.</summary>
    public delegate void PacketWriter<in TPacket>(IBufferWriter<byte> output, TPacket packet)
        where TPacket : allows ref struct;

    /// <summary>Writes a packet, which leaves with the next flush; false when too much waits already or the output is closed: the client cannot be kept.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="write">Writes it.</param>
    /// <param name="bytes">How long it is.</param>
    public bool TryWrite<TPacket>(TPacket packet, PacketWriter<TPacket> write, out int bytes)
        where TPacket : allows ref struct
    {
        bytes = 0;
        lock (_gate)
        {
            if (_isClosed)
                return false;
            long before = Waiting;
            if (!(_isFlushing ? TryWriteOverflow(packet, write) : TryWriteTransport(packet, write)))
                return false;
            bytes = (int)(Waiting - before);
            Written += bytes;
            return true;
        }
    }

    /// <summary>Sends what was written.</summary>
    public void Flush()
    {
        lock (_gate)
            FlushLocked();
    }

    /// <summary>Has what was written sent from a thread of the pool.</summary>
    public void FlushSoon()
    {
        lock (_gate)
        {
            if (_isScheduled || _isFlushing || !_isDirty)
                return;
            _isScheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes no more packets; completes when what was written has left or the transport has ended.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            FlushLocked();
            _isClosed = true;
            return _pump;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_gate)
        {
            _isScheduled = false;
            FlushLocked();
        }

        events.Drained();
    }

    private bool TryWriteTransport<TPacket>(TPacket packet, PacketWriter<TPacket> write)
        where TPacket : allows ref struct
    {
        if (transport.UnflushedBytes > maxPendingBytes)
            return false;
        return TryWriteWhole(transport, packet, write) && (_isDirty = true);
    }

    private bool TryWriteOverflow<TPacket>(TPacket packet, PacketWriter<TPacket> write)
        where TPacket : allows ref struct
    {
        _overflow ??= new ArrayBufferWriter<byte>();
        if (_overflow.WrittenCount > maxPendingBytes || !TryWriteWhole(_overflow, packet, write))
            return false;
        int more = _overflow.Capacity - _overflowBudget;
        if (more <= 0)
            return true;
        _overflowBudget += more;
        if (budget.TryTake(more))
            return true;
        _overflowBudget -= more;
        Abandon();
        return false;
    }

    private bool TryWriteWhole<TPacket>(IBufferWriter<byte> output, TPacket packet, PacketWriter<TPacket> write)
        where TPacket : allows ref struct
    {
        bool isWhole = false;
        try
        {
            write(output, packet);
            isWhole = true;
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // The transport was completed: the client is gone. Or the packet is none: who sends it to many must not notice.
        }
        finally
        {
            // A piece of a packet would make nonsense of all that follow.
            if (!isWhole)
                Abandon();
        }

        return isWhole;
    }

    // The transport's sends are started here and may complete here; none of them comes back for this lock.
    private void FlushLocked()
    {
        if (!_isDirty || _isFlushing || _isClosed)
            return;
        _isDirty = false;
        try
        {
            ValueTask<FlushResult> flush = transport.FlushAsync();
            if (!flush.IsCompleted)
            {
                // What the client did not take at once; other transports than sockets of our own answer for it themselves.
                _sendingBudget = (int)transport.UnflushedBytes;
                budget.Take(_sendingBudget);
                _isFlushing = true;
                _pump = PumpAsync(flush);
            }
            else if (flush.GetAwaiter().GetResult() is { IsCompleted: true } or { IsCanceled: true })
            {
                Abandon();
            }
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
        {
            Abandon();
        }
    }

    // The client reads slower than it is sent to.
    private async Task PumpAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (true)
            {
                FlushResult result = await flush.ConfigureAwait(false);
                lock (_gate)
                {
                    budget.Return(_sendingBudget);
                    _sendingBudget = 0;
                    if (result.IsCompleted || result.IsCanceled)
                        Abandon();
                    if (_overflow is null)
                    {
                        _isFlushing = false;
                        break;
                    }

                    // It is out of the budget when the transport is rid of it, not when it has it.
                    transport.Write(_overflow.WrittenSpan);
                    (_sendingBudget, _overflowBudget, _overflow) = (_overflowBudget, 0, null);
                    flush = transport.FlushAsync();
                }
            }

            // Elsewhere: where the flush was over at once this runs under the gate of who began it, and the endpoint's lock comes first.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection is gone; its reader reports that.
            lock (_gate)
                Abandon();
        }
    }

    private void Abandon()
    {
        _isClosed = true;
        DropOverflow();
    }

    private void DropOverflow()
    {
        budget.Return(_overflowBudget + _sendingBudget);
        _overflowBudget = _sendingBudget = 0;
        _overflow = null;
    }
}
