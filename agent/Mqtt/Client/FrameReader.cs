using System;
using System.Buffers;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>Reads packets from a stream one after the other, for one reader at a time; after the longest packet it allocates nothing.</summary>
internal sealed class FrameReader(Stream stream, int maxPacketSize, MqttVersion version)
{
    private const int FirstSize = 4096;

    // Grows with the packets, of which none is longer than the limit.
    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <summary>Reads the next packet, which is valid until the next call.</summary>
    /// <exception cref="MqttException">Protocol: not a packet, or longer than the limit. Closed: the stream ended. Network: it broke.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<MqttFrame> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var unread = new ReadOnlySequence<byte>(_buffer, _start, _end - _start);
            switch (MqttFraming.TryReadFrame(unread, maxPacketSize, out MqttFrame frame, out MqttError error, version))
            {
                case MqttReadStatus.Complete:
                    _start += frame.Length;
                    return frame;
                case MqttReadStatus.NeedMoreData:
                    MakeRoom();
                    int count = await ReceiveAsync(ct).ConfigureAwait(false);
                    _end += count;
                    break;
                default:
                    throw new MqttException(MqttFailure.Protocol, $"The server sent what is not a packet: {error.Message}");
            }
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(CancellationToken ct)
    {
        try
        {
            int count = await stream.ReadAsync(_buffer.AsMemory(_end), ct).ConfigureAwait(false);
            return count > 0 ? count : throw new MqttException(MqttFailure.Closed, "The server has closed the connection.");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new MqttException(MqttFailure.Network, $"Receiving failed: {exception.Message}", exception);
        }
    }
}
