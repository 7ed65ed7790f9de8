using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>Reads packets from a stream one after the other; for one reader at a time.</summary>
internal sealed class FrameReader(Stream stream, int maxPacketSize, MqttVersion version)
{
    private readonly PipeReader _pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    private ReadOnlySequence<byte> _unread;
    private bool _holdsBuffer;
    private bool _atEnd;

    /// <summary>Reads the next packet, which is valid until the next call.</summary>
    /// <exception cref="MqttException">Protocol: not a packet, or longer than the limit. Closed: the stream ended. Network: it broke.</exception>
    public async ValueTask<MqttFrame> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            switch (MqttFraming.TryReadFrame(_unread, maxPacketSize, out MqttFrame frame, out MqttError error, version))
            {
                case MqttReadStatus.Complete:
                    _unread = _unread.Slice(frame.End);
                    return frame;
                case MqttReadStatus.NeedMoreData:
                    await FillAsync(ct);
                    break;
                default:
                    throw new MqttException(MqttFailure.Protocol, $"The server sent what is not a packet: {error.Message}");
            }
        }
    }

    /// <summary>Gives the buffers back; frames are not valid afterwards.</summary>
    public void Complete() => _pipe.Complete();

    private async ValueTask FillAsync(CancellationToken ct)
    {
        if (_atEnd)
        {
            throw new MqttException(MqttFailure.Closed, "The server has closed the connection.");
        }

        if (_holdsBuffer)
        {
            _pipe.AdvanceTo(_unread.Start, _unread.End);
            _holdsBuffer = false;
        }

        try
        {
            ReadResult result = await _pipe.ReadAsync(ct);
            _unread = result.Buffer;
            _holdsBuffer = true;
            _atEnd = result.IsCompleted;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new MqttException(MqttFailure.Network, $"Receiving failed: {exception.Message}", exception);
        }
    }
}
