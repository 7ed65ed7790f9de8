using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading.Tasks;

namespace Defender.Gateway.Mqtt;

/// <summary>
/// What is on its way to one client. Any thread may send; packets leave whole and in order. Bytes wait, up to
/// <see cref="MqttLimits.MaxPendingBytes"/>, while the client does not read; an idle output holds no buffer and no task.
/// </summary>
internal sealed class MqttOutput(PipeWriter transport)
{
    private readonly object _gate = new();
    private ArrayBufferWriter<byte>? _pending;
    private bool _pumping;
    private bool _closed;
    private Task _pump = Task.CompletedTask;

    /// <summary>Writes one packet into the buffer that waits.</summary>
    public delegate void PacketWriter<in TPacket>(IBufferWriter<byte> output, TPacket packet)
        where TPacket : allows ref struct;

    /// <summary>Queues a packet; false when too much waits already or the output is closed: the client cannot be kept.</summary>
    public bool TrySend<TPacket>(TPacket packet, PacketWriter<TPacket> write)
        where TPacket : allows ref struct
    {
        lock (_gate)
        {
            if (_closed || _pending?.WrittenCount > MqttLimits.MaxPendingBytes)
                return false;
            bool isWhole = false;
            try
            {
                write(_pending ??= new ArrayBufferWriter<byte>(), packet);
                isWhole = true;
            }
            finally
            {
                // A piece of a packet would make nonsense of all that follow.
                if (!isWhole)
                    Abandon();
            }

            if (!_pumping)
            {
                _pumping = true;
                _pump = PumpAsync();
            }

            return true;
        }
    }

    /// <summary>Takes no more packets; completes when what was queued has left or the transport has ended.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            return _pump;
        }
    }

    private void Abandon()
    {
        lock (_gate)
        {
            _closed = true;
            _pending = null;
        }
    }

    private async Task PumpAsync()
    {
        // Leave the caller's lock first: the transport may run other code inline.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (Next() is { } buffer)
            {
                FlushResult result = await transport.WriteAsync(buffer.WrittenMemory).ConfigureAwait(false);
                if (result.IsCompleted || result.IsCanceled)
                    Abandon();
            }
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The connection is gone; its reader reports that.
            Abandon();
        }
    }

    private ArrayBufferWriter<byte>? Next()
    {
        lock (_gate)
        {
            ArrayBufferWriter<byte>? next = _pending;
            _pending = null;
            if (next is null)
                _pumping = false;
            return next;
        }
    }
}
