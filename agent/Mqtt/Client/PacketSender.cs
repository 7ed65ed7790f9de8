using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Defender.Mqtt.Packets;

namespace Defender.Mqtt.Client;

/// <summary>Sends packets one after the other, each in one write; owns the buffer they are written to. Safe for any number of threads.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The semaphore holds no handle, and late senders may still stand in it.")]
internal sealed class PacketSender(Stream stream, TimeSpan timeout, TimeProvider timeProvider)
{
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly SemaphoreSlim _turn = new(1);
    private MqttException? _over;
    private long _lastSent = timeProvider.GetTimestamp();

    /// <summary>The longest packet the server takes, in bytes (v5 MQTT-3.2.2-15).</summary>
    public int MaxPacketSize { get; set; } = MqttFraming.MaxPacketSize;

    /// <summary>How long nothing was sent.</summary>
    public TimeSpan SilentFor => timeProvider.GetElapsedTime(Volatile.Read(ref _lastSent));

    /// <summary>Writes a packet and sends it.</summary>
    /// <param name="packet">What its writing throws reaches the caller, and nothing is sent.</param>
    /// <param name="last">Whether nothing may follow (MQTT-3.14.4-2).</param>
    /// <param name="ct">Ends the wait for other senders. A packet on its way is not cut off: half a packet would break the stream.</param>
    /// <exception cref="MqttException">
    /// Network or Timeout: the stream is broken. Closed: the last packet was sent. Refused: longer than the server takes, and not sent.
    /// </exception>
    public async Task SendAsync(OutgoingPacket packet, bool last, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (_over is not null)
            {
                throw _over.ForOneMore();
            }

            _buffer.ResetWrittenCount();
            packet.WriteTo(_buffer);
            if (_buffer.WrittenCount > MaxPacketSize)
            {
                throw new MqttException(
                    MqttFailure.Refused, $"The packet has {_buffer.WrittenCount} bytes, and the server takes {MaxPacketSize} at most.")
                { ReasonCode = MqttReasonCode.PacketTooLarge };
            }

            await FlushAsync();
            Volatile.Write(ref _lastSent, timeProvider.GetTimestamp());
            if (last)
            {
                _over = new MqttException(MqttFailure.Closed, "The client has disconnected.");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FlushAsync()
    {
        try
        {
            ValueTask sent = stream.WriteAsync(_buffer.WrittenMemory, CancellationToken.None);
            if (!sent.IsCompletedSuccessfully)
            {
                // The peer may have stopped reading: its window is then full, and no error would ever come.
                await sent.AsTask().WaitAsync(timeout, timeProvider);
            }
        }
        catch (TimeoutException exception)
        {
            throw _over = new MqttException(MqttFailure.Timeout, $"The server has taken no data for {(long)timeout.TotalMilliseconds} ms.", exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw _over = new MqttException(MqttFailure.Network, $"Sending failed: {exception.Message}", exception);
        }
    }
}
